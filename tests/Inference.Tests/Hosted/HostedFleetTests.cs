using R2Synth.Inference.Hosted;
using R2Synth.Records;
using static R2Synth.Inference.Tests.Hosted.FleetFixture;

namespace R2Synth.Inference.Tests.Hosted;

/// <summary>Queue and choice, on a clock that stands until it is moved; nothing is sent.</summary>
public sealed class HostedFleetTests
{
    private readonly ManualClock _clock = new();

    private HostedFleet Fleet(int retries, params EndpointOptions[] endpoints) => new(Endpoints(endpoints), retries, new HostedTimes { Clock = _clock, Outage = TimeSpan.FromSeconds(60) });

    private static EndpointOptions Places(int most) => new() { MaxInFlight = most };

    private static async Task<FleetPlace> NowAsync(HostedFleet fleet, EndpointState? avoid = null)
    {
        ValueTask<FleetPlace> place = fleet.EnterAsync(SomeTokens, avoid, CancellationToken.None);
        Assert.True(place.IsCompleted, "a place was expected to be free");
        return await place;
    }

    private static Task<FleetPlace> Later(HostedFleet fleet, EndpointState? avoid = null, CancellationToken cancellationToken = default)
    {
        Task<FleetPlace> place = fleet.EnterAsync(SomeTokens, avoid, cancellationToken).AsTask();
        Assert.False(place.IsCompleted, "no place was expected to be free");
        return place;
    }

    private static Task<FleetPlace> Soon(Task<FleetPlace> place) => place.WaitAsync(TimeSpan.FromSeconds(20));

    [Fact]
    public async Task Places_go_to_those_who_wait_longest()
    {
        using HostedFleet fleet = Fleet(0, Places(1));
        FleetPlace place = await NowAsync(fleet);
        Task<FleetPlace> first = Later(fleet), second = Later(fleet);
        fleet.Leave(place, Served());
        FleetPlace next = await Soon(first);
        Assert.False(second.IsCompleted);
        fleet.Leave(next, Served());
        fleet.Leave(await Soon(second), Served());
    }

    [Fact]
    public async Task Who_is_cancelled_leaves_the_queue_at_once()
    {
        using HostedFleet fleet = Fleet(0, Places(1));
        FleetPlace place = await NowAsync(fleet);
        using CancellationTokenSource cancellation = new();
        Task<FleetPlace> first = Later(fleet, null, cancellation.Token), second = Later(fleet);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(first));
        fleet.Leave(place, Served());
        fleet.Leave(await Soon(second), Served());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await fleet.EnterAsync(SomeTokens, null, cancellation.Token));
    }

    [Fact]
    public async Task The_endpoint_that_answers_first_is_asked_and_the_others_when_it_is_full()
    {
        using HostedFleet fleet = Fleet(0, Places(2), Places(2), Places(2));
        double[] seconds = [0.04, 0.01, 0.02];
        FleetPlace[] all = [await NowAsync(fleet), await NowAsync(fleet), await NowAsync(fleet)]; // one each, since none is known yet
        Assert.Equal([0, 1, 2], all.Select(place => place.State.Endpoint.Index));
        foreach (FleetPlace place in all) fleet.Leave(place, Served(seconds[place.State.Endpoint.Index]));
        List<int> order = [];
        for (int i = 0; i < 6; i++) order.Add((await NowAsync(fleet)).State.Endpoint.Index);
        Assert.Equal([1, 1, 2, 2, 0, 0], order);
    }

    [Fact]
    public async Task A_failed_request_goes_elsewhere_where_that_is_free_and_before_the_others()
    {
        using HostedFleet fleet = Fleet(0, Places(1), Places(1));
        FleetPlace one = await NowAsync(fleet), two = await NowAsync(fleet);
        EndpointState failed = one.State;
        fleet.Leave(two, Served());
        fleet.Leave(one, Failed());
        FleetPlace elsewhere = await NowAsync(fleet, failed);
        Assert.NotSame(failed, elsewhere.State);
        FleetPlace again = await NowAsync(fleet, failed); // better there than not at all
        Assert.Same(failed, again.State);
        Task<FleetPlace> fresh = Later(fleet), retried = Later(fleet, failed);
        fleet.Leave(again, Served());
        Assert.Same(failed, (await Soon(retried)).State);
        Assert.False(fresh.IsCompleted);
    }

    [Fact]
    public async Task Retry_after_pauses_one_endpoint_until_then()
    {
        using HostedFleet fleet = Fleet(0, Places(1), Places(1));
        FleetPlace one = await NowAsync(fleet);
        fleet.Leave(one, Refused(retryAfter: 10));
        FleetPlace other = await NowAsync(fleet);
        Assert.NotSame(one.State, other.State);
        Task<FleetPlace> waits = Later(fleet);
        fleet.Leave(other, Served());
        FleetPlace third = await Soon(waits);
        Assert.Same(other.State, third.State);
        waits = Later(fleet);
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(waits.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Same(one.State, (await Soon(waits)).State);
    }

    [Fact]
    public async Task A_place_that_was_refused_rests_for_as_long_as_a_reply_takes()
    {
        using HostedFleet fleet = Fleet(0, Places(8));
        fleet.Leave(await NowAsync(fleet), Served(0.05));
        FleetPlace refused = await NowAsync(fleet);
        for (int i = 1; i < 8; i++) await NowAsync(fleet);
        fleet.Leave(refused, Refused());
        Task<FleetPlace> waits = Later(fleet);
        _clock.Advance(TimeSpan.FromMilliseconds(40));
        Assert.False(waits.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(12));
        await Soon(waits);
    }

    [Fact]
    public async Task A_server_out_of_reach_is_asked_again_by_one_request_after_a_growing_pause()
    {
        using HostedFleet fleet = Fleet(5, Places(4));
        fleet.Leave(await NowAsync(fleet), Served());
        fleet.Leave(await NowAsync(fleet), Failed(AttemptKind.Unreachable));
        Task<FleetPlace> probe = Later(fleet), other = Later(fleet);
        foreach (double pause in (double[])[0.5, 1, 2, 4])
        {
            _clock.Advance(TimeSpan.FromSeconds(pause - 0.01));
            Assert.False(probe.IsCompleted);
            _clock.Advance(TimeSpan.FromSeconds(0.02));
            Assert.False(other.IsCompleted);
            FleetPlace place = await Soon(probe);
            Assert.True(place.IsProbe);
            probe = Later(fleet, place.State); // goes before the other
            fleet.Leave(place, Failed(AttemptKind.Unreachable));
        }

        _clock.Advance(TimeSpan.FromSeconds(8.01));
        fleet.Leave(await Soon(probe), Served());
        fleet.Leave(await Soon(other), Served());
    }

    [Fact]
    public async Task With_nobody_in_the_run_waits_as_long_as_the_setting_says()
    {
        using HostedFleet fleet = Fleet(0, Places(4), Places(4));
        FleetPlace[] places = [await NowAsync(fleet), await NowAsync(fleet), await NowAsync(fleet)];
        fleet.Leave(places[0], Served());
        fleet.Leave(places[1], Failed(AttemptKind.Unreachable));
        FleetPlace other = await NowAsync(fleet); // at once, where another is in
        fleet.Leave(other, Failed(AttemptKind.Unreachable));
        Task<FleetPlace> waits = Later(fleet);
        for (int second = 0; second < 61 && !waits.IsFaulted; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (!waits.IsCompletedSuccessfully) continue;
            fleet.Leave(await Soon(waits), Failed(AttemptKind.Unreachable));
            if (second < 58) waits = fleet.EnterAsync(SomeTokens, null, CancellationToken.None).AsTask();
        }

        InputException end = await Assert.ThrowsAsync<InputException>(() => Soon(waits));
        Assert.Contains("did not answer: connection refused", end.Message, StringComparison.Ordinal);
        Assert.Contains("What is done is kept", end.Message, StringComparison.Ordinal);
        Assert.Equal(2, end.Message.Split('\n').Length);
    }

    [Fact]
    public async Task A_server_that_never_answered_is_given_up_after_the_usual_tries()
    {
        using HostedFleet fleet = Fleet(2, Places(4));
        for (int tried = 0; tried < 3; tried++)
        {
            ValueTask<FleetPlace> place = fleet.EnterAsync(SomeTokens, null, CancellationToken.None);
            if (tried > 0) _clock.Advance(TimeSpan.FromSeconds(2));
            fleet.Leave(await place, Failed(AttemptKind.Unreachable));
        }

        InputException end = await Assert.ThrowsAsync<InputException>(async () => await fleet.EnterAsync(SomeTokens, null, CancellationToken.None));
        Assert.EndsWith("did not answer: connection refused (3 tries). Start it.", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_failures_in_a_row_take_an_endpoint_out_and_an_answer_brings_it_back()
    {
        using HostedFleet fleet = Fleet(0, Places(20));
        FleetPlace late = await NowAsync(fleet);
        for (int i = 0; i < 9; i++) fleet.Leave(await NowAsync(fleet), Failed());
        Assert.False(late.State.Circuit.IsOpen);
        fleet.Leave(await NowAsync(fleet), Served());
        for (int i = 0; i < 10; i++) fleet.Leave(await NowAsync(fleet), Failed());
        Assert.True(late.State.Circuit.IsOpen);
        fleet.Leave(late, Served());
        Assert.False(late.State.Circuit.IsOpen);
        fleet.Leave(await NowAsync(fleet), Served());
    }

    [Fact]
    public async Task Refusals_in_a_row_take_nobody_out()
    {
        using HostedFleet fleet = Fleet(0, Places(64));
        List<FleetPlace> places = [];
        for (int i = 0; i < 64; i++) places.Add(await NowAsync(fleet));
        foreach (FleetPlace place in places) fleet.Leave(place, Refused());
        Assert.True(places[0].State.IsIn);
    }

    [Fact]
    public async Task A_fatal_fault_takes_its_endpoint_out_for_good_and_the_last_one_ends_the_run()
    {
        using HostedFleet fleet = Fleet(5, Places(1), Places(1));
        FleetPlace one = await NowAsync(fleet), two = await NowAsync(fleet);
        Task<FleetPlace> waits = Later(fleet);
        fleet.Leave(one, new Attempt { Kind = AttemptKind.Fatal, Reason = "wrong key" });
        Assert.Equal(["wrong key"], fleet.Warnings);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.False(waits.IsCompleted);
        fleet.Leave(two, new Attempt { Kind = AttemptKind.Fatal, Reason = "no model" });
        Assert.Equal($"wrong key{Environment.NewLine}no model", (await Assert.ThrowsAsync<InputException>(() => Soon(waits))).Message);
        await Assert.ThrowsAsync<InputException>(async () => await fleet.EnterAsync(SomeTokens, null, CancellationToken.None));
    }

    [Fact]
    public async Task Requests_a_minute_are_let_out_at_their_time()
    {
        using HostedFleet fleet = Fleet(0, new EndpointOptions { RequestsPerMinute = 61 });
        await NowAsync(fleet);
        Task<FleetPlace> first = Later(fleet), second = Later(fleet);
        _clock.Advance(TimeSpan.FromSeconds(1.01));
        await Soon(first);
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1.01));
        await Soon(second);
    }

    [Fact]
    public async Task Tokens_a_minute_are_counted_by_what_was_used()
    {
        using HostedFleet fleet = Fleet(0, new EndpointOptions { TokensPerMinute = 610 });
        TokenEstimate large = new(Read: 10, MostWritten: 4000);
        FleetPlace place = await fleet.EnterAsync(large, null, CancellationToken.None);
        Task<FleetPlace> waits = fleet.EnterAsync(large, null, CancellationToken.None).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.False(waits.IsCompleted); // 4,010 tokens would be 401 seconds
        fleet.Leave(place, Served(usage: new TokenUsage(10, 0, 20)));
        place = await Soon(waits); // 30 tokens were used: the others are free again at once
        Assert.Equal(30, place.Tokens); // and as many are expected of the next
    }
}

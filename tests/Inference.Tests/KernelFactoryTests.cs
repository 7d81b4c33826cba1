using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Tests.Prompts;
using R2Synth.Inference.Tests.Structured;

namespace R2Synth.Inference.Tests;

public class KernelFactoryTests
{
    private sealed class FakeBackend(string name, IChatClient? chat) : Backend
    {
        public override string Name => name;

        public override string ModelIdentity => name;

        public override BackendAbilities Abilities => BackendAbilities.Chat;

        public override int? ContextTokens => null;

        public override bool Weak => false;

        public override int Concurrency => 1;

        public override IChatClient? Chat => chat;

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Create_HasKeyedServicesAndPromptFunctions()
    {
        using ScriptedChatClient writes = ScriptedChatClient.Saying("written"), judges = ScriptedChatClient.Saying("judged");
        await using FakeBackend generator = new("g", writes), judge = new("j", judges);
        using PromptFolder folder = new();
        folder.Write("a/query.yaml", "name: a/query\npurpose: Tests.\nsource: none\nform: chat\nslots: [x]\ntemplates: { user: 'Plain {{ x }}' }");
        folder.Write("a/query.weak.yaml", "name: a/query\npurpose: Tests.\nsource: none\nform: completion\nslots: [x]\ntemplates: { text: 'Weak {{ x }}' }");
        folder.Write("a/judge.yaml", "name: a/judge\npurpose: Tests.\nsource: none\nform: completion\nslots: [x]\ntemplates: { passage: '{{ x }}' }");

        Kernel kernel = KernelFactory.Create(generator, judge, null, PromptLibrary.Load(folder.Path), weak: true);

        Assert.Same(writes, kernel.Services.GetRequiredKeyedService<IChatClient>(KernelFactory.Generator));
        Assert.Same(judges, kernel.Services.GetRequiredKeyedService<IChatClient>(KernelFactory.Judge));
        Assert.Equal(["a_query"], kernel.Plugins[KernelFactory.PromptPlugin].Select(function => function.Name));
        FunctionResult result = await kernel.InvokeAsync(KernelFactory.PromptPlugin, "a_query", new KernelArguments { ["x"] = "ice" });
        Assert.Equal("written", result.ToString());
        Assert.Equal("Weak ice", Assert.Single(writes.Calls[0].Messages).Text);
    }

    [Fact]
    public void Create_NothingIsWritten_HasNoChatClient() => Assert.Empty(KernelFactory.Create(generator: null).Services.GetServices<IChatClient>());

    [Fact]
    public async Task Create_BackendThatCannot_IsRefused()
    {
        await using FakeBackend mute = new("mute", null);
        Assert.Throws<ArgumentException>(() => KernelFactory.Create(mute));
        using ScriptedChatClient writes = ScriptedChatClient.Saying("x");
        await using FakeBackend generator = new("g", writes);
        Assert.Throws<ArgumentException>(() => KernelFactory.Create(generator, null, mute));
    }
}

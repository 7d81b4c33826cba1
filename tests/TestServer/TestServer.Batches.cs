using System.Text;
using Microsoft.AspNetCore.Builder;

namespace R2Synth.Testing;

/// <summary>Files and batches.</summary>
public sealed partial class TestServer
{
    /// <summary>A batch costs half of what single requests do.</summary>
    private const double BatchPriceShare = 0.5;

    /// <summary>Files and batches.</summary>
    public Batches Batches => field ??= new Batches(_options.Batches, _options.ApiKey, body => Answer(ReplyMaker.Chat, Encoding.UTF8.GetBytes(body), priceShare: BatchPriceShare));

    partial void MapBatches(WebApplication app) => Batches.Map(app);
}

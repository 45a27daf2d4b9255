using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Agon.Server;

/// <summary>The end of this process, in two steps: from <see cref="Begun"/> on nothing new is taken up, at <see cref="Over"/> all is let go.</summary>
internal sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource over;
    private readonly CancellationTokenRegistration begun;

    public Drain(IHostApplicationLifetime lifetime, IOptions<DrainOptions> options, TimeProvider clock)
    {
        over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        Begun = lifetime.ApplicationStopping;
        begun = Begun.Register(() => over.CancelAfter(options.Value.Grace));
    }

    public CancellationToken Begun { get; }

    public CancellationToken Over => over.Token;

    public void Dispose()
    {
        begun.Dispose();
        over.Cancel();
        over.Dispose();
    }
}

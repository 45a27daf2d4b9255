using Agon.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Agon.Server.Limits;

/// <summary>
/// The whole server's ceiling: how many requests are worked on at once. A turn ends when the answer begins, since the rest takes as long as
/// its client likes: a stream counts until it is open, and a slow reader keeps nobody waiting.
/// </summary>
internal sealed class Turns(Callers callers, IOptions<LimitOptions> options, TimeProvider clock)
{
    private readonly FairLine line = new(
        options.Value.InWork, options.Value.InWorkByCaller, options.Value.Waiting, options.Value.WaitingByCaller, options.Value.WaitAtMost, clock);

    /// <summary>How many requests have their turn just now.</summary>
    public int Taken => line.Taken;

    /// <summary>How many requests wait for their turn just now.</summary>
    public int Waiting => line.Waiting;

    public static Refusal Full => Refusal.Busy("more is asked of this server, or by you, than it can answer just now; ask again in a moment");

    /// <summary>Waits for the request's turn; false if it does not come.</summary>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async ValueTask<bool> TakeAsync(HttpContext http)
    {
        if (await line.EnterAsync(callers.Of(http), http.RequestAborted) is not { } place)
            return false;
        http.Response.RegisterForDispose(place);   // where no answer begins
        http.Response.OnStarting(static place =>
        {
            ((IDisposable)place).Dispose();
            return Task.CompletedTask;
        }, place);
        return true;
    }
}

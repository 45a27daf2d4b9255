namespace Agon.Server.Http;

/// <summary>A bounded number of places, of which nobody takes more than his share.</summary>
internal sealed class Places(int most, int mostByUser)
{
    private readonly Dictionary<string, int> byUser = [];
    private readonly Lock counting = new();
    private int taken;

    public int Taken => Volatile.Read(ref taken);

    /// <summary>Takes a place until it is disposed; null if there is none left, or none for this user.</summary>
    public IDisposable? TryEnter(string userId)
    {
        lock (counting)
        {
            var own = byUser.GetValueOrDefault(userId);
            if (taken >= most || own >= mostByUser)
                return null;
            taken++;
            byUser[userId] = own + 1;
            return new Place(this, userId);
        }
    }

    private void Leave(string userId)
    {
        lock (counting)
        {
            taken--;
            if (--byUser[userId] == 0)
                byUser.Remove(userId);
        }
    }

    private sealed class Place(Places places, string userId) : IDisposable
    {
        public void Dispose() => places.Leave(userId);
    }
}

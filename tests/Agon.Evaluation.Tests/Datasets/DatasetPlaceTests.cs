using System.IO.Pipelines;
using Agon.Domain.Datasets;
using Agon.Domain.Datasets.Synthesis;
using Agon.Evaluation.Datasets;

namespace Agon.Evaluation.Tests.Datasets;

/// <summary>Runs where AGON_S3 names the address of an S3 server, as scripts/start-s3 starts one; elsewhere it is left out, visibly.</summary>
public sealed class S3FactAttribute : FactAttribute
{
    public S3FactAttribute() => Skip = S3PlaceTests.Endpoint is null ? "AGON_S3 names no S3 server; scripts/start-s3 starts one" : null;
}

public sealed class FolderPlaceTests : DatasetPlaceContract
{
    protected override DatasetPlace Open() => new FolderPlace(Path.Combine(Root, "place"));

    [Fact]
    public Task A_dataset_comes_back_as_it_was_published() => ComesBackAsync();

    [Fact]
    public Task What_was_cut_off_goes_on() => GoesOnAsync();

    [Fact]
    public Task A_damaged_file_is_told_and_never_kept() => IsToldAsync();
}

public sealed class OldDatasetTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly string root = Directory.CreateTempSubdirectory("agon-datasets-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task An_old_dataset_goes_only_if_it_is_not_in_use_and_its_place_has_the_same()
    {
        foreach (var (network, there, age) in (ValueTuple<string, string?, int>[])[("old", "{}", 31), ("young", "{}", 29), ("running", "{}", 31), ("own", null, 31), ("newer", "{ }", 31)])
        {
            var here = Write("here", network, "{}");
            File.SetLastWriteTimeUtc(here, Now.UtcDateTime.AddDays(-age));
            if (there is not null)
                Write("there", network, there);
        }
        using (var alone = new DatasetStore(Path.Combine(root, "here")))
            await alone.ForgetAsync(_ => false, Now, CancellationToken.None);
        using var store = new DatasetStore(Path.Combine(root, "here"), new FolderPlace(Path.Combine(root, "there")));

        await store.ForgetAsync(key => key.Network == "running", Now.AddDays(-30), CancellationToken.None);

        using var left = new FolderPlace(Path.Combine(root, "here"));
        Assert.Equal(["newer", "own", "running", "young"], (await left.ListAsync(CancellationToken.None)).Select(key => key.Network));
    }

    private string Write(string place, string network, string meta)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, place, network, "2026-03-01", "30")).FullName;
        File.WriteAllText(Path.Combine(folder, "META.json"), meta);
        return Path.Combine(folder, "META.json");
    }
}

public sealed class S3PlaceTests : DatasetPlaceContract
{
    public static string? Endpoint => Environment.GetEnvironmentVariable("AGON_S3") is { Length: > 0 } address ? address : null;

    protected override DatasetPlace Open() => Of("agon-key");

    private static S3Place Of(string accessKey) =>
        new(new S3Settings { Endpoint = Endpoint, Bucket = "agon-datasets", AccessKey = accessKey, SecretKey = "agon-secret" });

    [S3Fact]
    public Task A_dataset_comes_back_as_it_was_published() => ComesBackAsync();

    [S3Fact]
    public Task What_was_cut_off_goes_on() => GoesOnAsync();

    [S3Fact]
    public Task A_damaged_file_is_told_and_never_kept() => IsToldAsync();

    [S3Fact]
    public async Task A_wrong_key_is_told_as_the_places_refusal()
    {
        using var place = Of("nobody");
        var refusal = await Assert.ThrowsAsync<DatasetPlaceException>(() => place.ListAsync(CancellationToken.None));
        Assert.StartsWith("the bucket agon-datasets at ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_with_its_address()
    {
        using var place = new S3Place(new S3Settings { Endpoint = "http://127.0.0.1:9", Bucket = "b", AccessKey = "k", SecretKey = "s" });
        var away = await Assert.ThrowsAsync<DatasetPlaceException>(() => place.ListAsync(CancellationToken.None));
        Assert.Contains("http://127.0.0.1:9", away.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_is_there_and_says_nothing_is_waited_for_within_a_limit()
    {
        var folder = Directory.CreateTempSubdirectory("agon-silent-").FullName;
        try
        {
            using var store = new DatasetStore(folder, new SilentPlace()) { Longest = TimeSpan.FromMilliseconds(50) };
            var late = await Assert.ThrowsAsync<DatasetPlaceException>(() => store.FetchAsync(new DatasetKey("torus", new DateOnly(2026, 3, 1), 30), CancellationToken.None));
            Assert.Contains("did not arrive within", late.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_setting_that_is_missing_is_named() =>
        Assert.StartsWith("SYNTHETICS_S3_BUCKET is not set", Assert.Throws<FormatException>(() => S3Settings.Of(_ => null)).Message, StringComparison.Ordinal);
}

/// <summary>Opens every file, and gives nothing of it.</summary>
internal sealed class SilentPlace : DatasetPlace
{
    public override Task<IReadOnlyList<DatasetKey>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<DatasetKey>>([]);

    internal override Task<Stream?> TryOpenAsync(DatasetKey key, string name, long offset, CancellationToken cancellationToken) => Task.FromResult<Stream?>(new Pipe().Reader.AsStream());

    internal override Task<bool> HasAsync(DatasetKey key, string name, string sha256, CancellationToken cancellationToken) => Task.FromResult(false);

    internal override Task PutAsync(DatasetKey key, string path, string sha256, CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
    }
}

/// <summary>What every place of datasets must do.</summary>
public abstract class DatasetPlaceContract : IDisposable
{
    // A network of its own for each test: places may be shared.
    private readonly DatasetKey key = new($"t{Guid.NewGuid():N}"[..20], new DateOnly(2026, 3, 1), 7);

    protected string Root { get; } = Directory.CreateTempSubdirectory("agon-place-").FullName;

    protected abstract DatasetPlace Open();

    private async Task<string> GenerateAsync(string seed = "s")
    {
        var folder = Path.Combine(Root, $"made-{seed}");
        await DatasetGenerator.GenerateAsync(new DatasetRequest(key, seed, 500), folder, CancellationToken.None);
        return folder;
    }

    protected async Task ComesBackAsync()
    {
        var made = await GenerateAsync();
        using var place = Open();
        Assert.DoesNotContain(key, await place.ListAsync(CancellationToken.None));
        Assert.True(await DatasetTransfer.PublishAsync(made, place, CancellationToken.None));
        Assert.False(await DatasetTransfer.PublishAsync(made, place, CancellationToken.None));
        Assert.Contains(key, await place.ListAsync(CancellationToken.None));
        await Assert.ThrowsAsync<DatasetFileException>(async () => await DatasetTransfer.PublishAsync(await GenerateAsync("other"), place, CancellationToken.None));

        using var store = new DatasetStore(Path.Combine(Root, "cache"), Open());
        var local = await store.FetchAsync(key, CancellationToken.None);
        Assert.Equal(Path.Combine(Root, "cache", key.Place), local);
        Assert.Equal(Directory.EnumerateFiles(made).Select(Path.GetFileName).Order(), Directory.EnumerateFiles(local).Select(Path.GetFileName).Order());
        foreach (var path in Directory.EnumerateFiles(made))
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(local, Path.GetFileName(path))));

        // What was damaged here is fetched anew; what is nowhere is told.
        File.AppendAllText(Path.Combine(local, "assets.csv"), "x");
        Assert.Equal(local, await store.FetchAsync(key, CancellationToken.None));
        await DatasetMeta.Read(local).VerifyAsync(local, CancellationToken.None);
        await Assert.ThrowsAsync<DatasetMissingException>(() => store.FetchAsync(new DatasetKey("nowhere", new DateOnly(2026, 3, 1), 7), CancellationToken.None));
    }

    protected async Task GoesOnAsync()
    {
        var made = await GenerateAsync();
        var meta = DatasetMeta.Read(made);
        using var place = Open();
        // As if a publication had died after two files: nobody sees it, and it is taken up.
        foreach (var name in (string[])["address_labels.csv", "transfers.csv"])
            await place.PutAsync(key, Path.Combine(made, name), meta.Sha256[name], CancellationToken.None);
        Assert.DoesNotContain(key, await place.ListAsync(CancellationToken.None));
        var cache = Path.Combine(Root, "cache", key.Place);
        await Assert.ThrowsAsync<DatasetMissingException>(() => DatasetTransfer.FetchAsync(key, place, cache, CancellationToken.None));
        Assert.True(await DatasetTransfer.PublishAsync(made, place, CancellationToken.None));

        // As if a fetch had died within a file, and left another one that is wrong.
        var part = Directory.CreateDirectory(Path.Combine(Root, "cache", key.Network, key.Date, ".7.part")).FullName;
        var transfers = await File.ReadAllBytesAsync(Path.Combine(made, "transfers.csv"));
        await File.WriteAllBytesAsync(Path.Combine(part, "transfers.csv"), transfers[..1000]);
        await File.WriteAllTextAsync(Path.Combine(part, "assets.csv"), "nonsense");
        await DatasetTransfer.FetchAsync(key, place, cache, CancellationToken.None);
        await DatasetMeta.Read(cache).VerifyAsync(cache, CancellationToken.None);
        Assert.False(Directory.Exists(part));
    }

    protected async Task IsToldAsync()
    {
        var made = await GenerateAsync();
        using var place = Open();
        await DatasetTransfer.PublishAsync(made, place, CancellationToken.None);
        var wrong = Path.Combine(Root, "transfers.csv");
        await File.WriteAllTextAsync(wrong, "tx_id\n");
        await place.PutAsync(key, wrong, "0", CancellationToken.None);
        using var store = new DatasetStore(Path.Combine(Root, "cache"), Open());
        var broken = await Assert.ThrowsAsync<DatasetFileException>(() => store.FetchAsync(key, CancellationToken.None));
        Assert.Contains("transfers.csv", broken.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Root, "cache", key.Place)));
    }

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }
}

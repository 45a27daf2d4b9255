using System.Globalization;
using System.Text.Json.Nodes;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.Contracts.Tests.Tournaments;

/// <summary>Any state of a tournament, as somebody describes it in a file.</summary>
public sealed class AnyStateFileTests : IDisposable
{
    private static readonly string[] Needed =
        ["today", "status", "registration_start", "registration_end", "competition_start", "competition_end", "epoch_days", "participants"];

    private static readonly DateOnly First = new(2026, 3, 1);

    private readonly string file = Path.GetTempFileName();

    private static readonly Gen<Described> States =
        from status in Gen.Elements(Enum.GetValues<TournamentStatus>())
        from days in Gen.Choose(1, 30)
        from today in Gen.Choose(0, 40)
        from standings in Gen.Elements(Enum.GetValues<ParticipantStatus>()).ListOf()
        from finished in Gen.Choose(0, 1000)
        select new Described(status, days, First.AddDays(today), [.. standings], finished);

    public void Dispose() => File.Delete(file);

    [Fact]
    public void It_is_read_as_it_was_described() => Holds(States, state =>
    {
        var read = Read(state.ToJson());
        return (read.Today, read.State.Status, read.State.Schedule.EpochDays) == (state.Today, state.Status, state.Days)
            && read.State.Schedule.CompetitionEnd == First.AddDays(2 + state.Days)
            && read.State.Participants.Select(one => one.Status).SequenceEqual(state.Standings)
            && read.State.StartedDays.Sum(day => day.Finished) == (read.State.Schedule.IsCompetitionDay(state.Today) ? state.Finished : 0);
    });

    [Fact]
    public void Without_a_field_or_with_one_of_another_type_it_is_refused_by_its_name() =>
        Holds(from state in States from name in Gen.Elements(Needed) from isGone in Gen.Elements(true, false) select (state, name, isGone), one =>
        {
            var json = one.state.ToJson();
            if (one.isGone)
                json.Remove(one.name);
            else
                json[one.name] = one.name == "epoch_days" ? JsonValue.Create("four") : JsonValue.Create(-1);
            return Assert.Throws<TournamentFileException>(() => Read(json)).Message.Contains(one.name, StringComparison.Ordinal);
        });

    private StateFile Read(JsonObject json)
    {
        File.WriteAllText(file, json.ToJsonString());
        return StateFile.Read(file).Single();
    }

    private static void Holds<T>(Gen<T> inputs, Func<T, bool> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(inputs.ToArbitrary(), property));

    private sealed record Described(TournamentStatus Status, int Days, DateOnly Today, IReadOnlyList<ParticipantStatus> Standings, int Finished)
    {
        public JsonObject ToJson() => new()
        {
            ["today"] = Text(Today),
            ["status"] = ContractWord.Of(Status),
            ["registration_start"] = Text(First),
            ["registration_end"] = Text(First.AddDays(1)),
            ["competition_start"] = Text(First.AddDays(2)),
            ["competition_end"] = Text(First.AddDays(2 + Days)),
            ["epoch_days"] = Days,
            ["runs_today"] = Finished,
            ["participants"] = new JsonArray([.. Standings.Select((status, n) => new JsonObject { ["hotkey"] = $"miner {n}", ["status"] = ContractWord.Of(status) })]),
        };

        private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}

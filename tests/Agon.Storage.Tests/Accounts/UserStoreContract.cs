using Agon.Domain.Accounts;
using Agon.Storage.Accounts;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Accounts;

public abstract class UserStoreContract(Func<Task<TestDatabase>> create) : StoreContract(create)
{
    [ContractFact]
    public async Task A_user_is_found_by_the_id_that_was_handed_out_and_only_its_hash_is_kept()
    {
        var (user, cliId) = await Users.AddAsync("ada", Now, None);

        Assert.Equal(user, await Users.FindByCliIdAsync(cliId, None));
        Assert.Equal(CliId.Hash(cliId), await StoredAsync(user.Id));
        Assert.Null(await Users.FindByCliIdAsync(CliId.New(), None));
        Assert.Null(await Users.FindByCliIdAsync("", None));
        Assert.InRange(long.Parse(user.Id), 1_000_000_000_000, (1L << 53) - 1);
    }

    [ContractFact]
    public async Task A_name_is_given_once_in_any_case_even_to_many_at_once()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            try
            {
                return (await Users.AddAsync(n % 2 == 0 ? "ada" : "Ada", Now, None)).User;
            }
            catch (NameTakenException)
            {
                return null;
            }
        })));

        Assert.Single(added, user => user is not null);
        Assert.Equal(1, await RowAsync<long>("SELECT COUNT(*) FROM user_info"));
    }

    [ContractFact]
    public async Task An_id_that_another_system_stored_in_clear_works_and_is_rewritten_at_its_first_use()
    {
        var clear = Guid.NewGuid().ToString();
        await AddRowAsync("temp_1", clear, valid: false);
        await AddRowAsync("7", clear, valid: true);

        var found = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Users.FindByCliIdAsync(clear, None))));

        Assert.All(found, user => Assert.Equal("7", user?.Id));
        Assert.Equal(CliId.Hash(clear), await StoredAsync("7"));
        Assert.Equal(0, await RowAsync<long>("SELECT COUNT(*) FROM user_info WHERE cli_id = @clear", new { clear }));
        Assert.Equal("7", (await Users.FindByCliIdAsync(clear, None))?.Id);
    }

    [ContractFact]
    public async Task An_id_that_is_not_validated_is_nobodys()
    {
        await AddRowAsync("temp_1", "clear", valid: false);
        await AddRowAsync("temp_2", CliId.Hash("hashed"), valid: false);

        Assert.Null(await Users.FindByCliIdAsync("clear", None));
        Assert.Null(await Users.FindByCliIdAsync("hashed", None));
        Assert.Equal("clear", await StoredAsync("temp_1"));
    }

    [ContractFact]
    public async Task A_stored_hash_is_no_credential()
    {
        var (user, cliId) = await Users.AddAsync("ada", Now, None);

        Assert.Null(await Users.FindByCliIdAsync(CliId.Hash(cliId), None));
        Assert.Equal(user, await Users.FindByCliIdAsync(cliId, None));
    }

    [ContractFact]
    public async Task Hostile_ids_and_names_are_no_trouble()
    {
        Assert.Null(await Users.FindByCliIdAsync("a\0b", None));
        Assert.Null(await Users.FindByCliIdAsync("\ud800", None));
        Assert.Null(await Users.FindByCliIdAsync("' OR cli_valid --", None));
        Assert.Equal("a\uFFFDb", (await Users.AddAsync("a\0b", Now, None)).User.Name);
    }

    [ContractFact]
    public async Task A_web_boards_user_is_found_by_the_id_that_the_board_wrote()
    {
        await AddRowAsync("7", "clear", valid: false);
        await AddRowAsync("8", "other", valid: true);
        await WriteAsync("UPDATE user_info SET web_auth_id = '0123456789abcdef0123456789abcdef' WHERE id = '7'");

        Assert.Equal("7", (await Users.FindByWebAuthIdAsync("0123456789abcdef0123456789abcdef", None))?.Id);
        Assert.Equal("0123456789abcdef0123456789abcdef", await RowAsync<string>("SELECT web_auth_id FROM user_info WHERE id = '7'"));
        foreach (var wrong in new[] { "", "other", "a\0b", "\ud800", "0123456789ABCDEF0123456789ABCDEF" })
            Assert.Null(await Users.FindByWebAuthIdAsync(wrong, None));
    }

    [ContractFact]
    public async Task A_ban_is_seen_until_it_is_lifted()
    {
        var (ada, cliId) = await Users.AddAsync("ada", Now, None);
        Assert.True(await Users.SetBannedAsync(ada.Id, banned: true, None));
        Assert.True((await Users.FindByCliIdAsync(cliId, None))!.IsBanned);

        Assert.True(await Users.SetBannedAsync(ada.Id, banned: false, None));
        Assert.False((await Users.FindByCliIdAsync(cliId, None))!.IsBanned);
        Assert.False(await Users.SetBannedAsync("nobody\0", banned: true, None));
    }

    private Task AddRowAsync(string id, string cliId, bool valid) => WriteAsync("""
        INSERT INTO user_info (id, user_name, cli_id, cli_valid, created_at) VALUES (@id, @id, @cliId, @valid, @Now)
        """, new { id, cliId, valid, Now });

    private Task<string?> StoredAsync(string id) => RowAsync<string>("SELECT cli_id FROM user_info WHERE id = @id", new { id });
}

public sealed class UserStoreOnSqlite() : UserStoreContract(OnSqlite);

[NeedsPostgres]
public sealed class UserStoreOnPostgres() : UserStoreContract(OnPostgres);

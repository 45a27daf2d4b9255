namespace Agon.Server.Tests;

public sealed class SharedQuestionTests : IDisposable
{
    private readonly List<TaskCompletionSource<int>> asked = [];
    private readonly SemaphoreSlim begun = new(0);

    [Fact]
    public async Task Who_asks_while_it_is_answered_gets_one_later_answer_together()
    {
        var question = new SharedQuestion<int>(Ask, TimeProvider.System);
        var first = question.AskAsync();
        await begun.WaitAsync();
        var later = Enumerable.Range(0, 10).Select(_ => question.AskAsync()).ToList();
        Assert.Single(asked);

        asked[0].SetResult(1);
        await begun.WaitAsync();
        asked[1].SetResult(2);
        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(later), answer => Assert.Equal(2, answer));
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task Of_different_keys_each_is_asked_for_itself()
    {
        var questions = new SharedQuestions<string, string>(key => Task.FromResult(key), TimeProvider.System);
        Assert.Equal(["a", "b", "a"], await Task.WhenAll(questions.AskAsync("a"), questions.AskAsync("b"), questions.AskAsync("a")));
    }

    [Fact]
    public async Task One_that_fails_does_not_spoil_the_next()
    {
        var question = new SharedQuestion<int>(Ask, TimeProvider.System);
        var first = question.AskAsync();
        await begun.WaitAsync();
        var second = question.AskAsync();
        asked[0].SetException(new TimeoutException());
        await begun.WaitAsync();
        asked[1].SetResult(2);
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        Assert.Equal(2, await second);
    }

    public void Dispose() => begun.Dispose();

    private Task<int> Ask()
    {
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked.Add(answer);
        begun.Release();
        return answer.Task;
    }
}

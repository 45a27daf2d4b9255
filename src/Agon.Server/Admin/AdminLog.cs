using Microsoft.Extensions.Logging;

namespace Agon.Server.Admin;

/// <summary>One line for each change that an operator makes over HTTP. Ids and settings, no code, no name, no secret.</summary>
internal sealed partial class AdminLog(ILogger<AdminLog> logger)
{
    [LoggerMessage(400, LogLevel.Information, "Admin: {Change} {What}")]
    public partial void Changed(string change, string what);
}

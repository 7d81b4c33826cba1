using R2Synth.Records;

namespace R2Synth.Cli.Settings;

/// <summary>Finds <c>appsettings.json</c>: in the current folder or above, up to the one with <c>R2Synth.sln</c>; else from the program's folder likewise.</summary>
internal static class SettingsFinder
{
    public const string FileName = "appsettings.json";

    /// <returns>The file's full path; null where there is none.</returns>
    /// <exception cref="InputException">A file on the way is not JSON.</exception>
    public static string? Find(AppEnvironment environment) =>
        Upward(environment, environment.CurrentFolder) ?? Upward(environment, environment.ProgramFolder);

    private static string? Upward(AppEnvironment environment, string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, FileName);
            // Other programs have an appsettings.json too: one without our key is not ours.
            if (File.Exists(file) && SettingsFile.Read(file, environment.Display(file)).IsOurs) return file;
            if (File.Exists(Path.Combine(folder.FullName, "R2Synth.sln"))) return null;
        }

        return null;
    }
}

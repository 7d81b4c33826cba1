using R2Synth.Inference.LlamaCpp;
using R2Synth.Records;

namespace R2Synth.Cli.Models;

/// <summary>Brings a GGUF into the models folder: fetched or copied, checked, listed in <c>checksums.txt</c>, and visible only once it is whole.</summary>
internal sealed class ModelAddition
{
    private readonly string _source;
    private readonly string _folder;
    private readonly string? _expected;
    private readonly AppEnvironment _environment;
    private readonly TextWriter _talk;

    /// <param name="source">An address with http or https, or a path.</param>
    /// <param name="name">The file's name in the folder; null takes the source's own.</param>
    /// <param name="expected">The SHA-256 that it must have; null for any.</param>
    /// <param name="settingsFolder">The folder of the settings, which holds the models folder.</param>
    /// <param name="environment">Resolves paths, and has the clock.</param>
    /// <param name="talk">Gets the progress.</param>
    /// <exception cref="InputException">The name, the address or the checksum is none.</exception>
    public ModelAddition(string source, string? name, string? expected, string settingsFolder, AppEnvironment environment, TextWriter talk)
    {
        (_source, _environment, _talk) = (source, environment, talk);
        _folder = Path.Combine(settingsFolder, ModelFolder.FolderName);
        Address = Web(source);
        if (Address is { UserInfo.Length: > 0 }) throw new InputException("The address holds a user name or key before '@'. Leave it out: keys are never sent from here.");
        Name = name ?? (Address is null ? Path.GetFileName(source) : Uri.UnescapeDataString(Address.Segments[^1]));
        if (Name != Path.GetFileName(Name) || Path.GetExtension(Name) != ".gguf" || Name.Length == ".gguf".Length)
            throw new InputException($"'{Name}' cannot be a model's name: it must end in .gguf and name no folder. Give one with --name, for instance --name model.gguf.");
        if (expected is not null && !ModelChecksums.IsSum(expected))
            throw new InputException($"--sha256 is '{expected}', which is not a SHA-256: 64 hexadecimal digits.");
        _expected = expected?.ToLowerInvariant();
    }

    /// <summary>The file's name in the folder.</summary>
    public string Name { get; }

    /// <summary>Its full path there.</summary>
    public string Target => Path.Combine(_folder, Name);

    private Uri? Address { get; }

    private string Part => Target + ".part";

    /// <summary>Does it.</summary>
    /// <returns>The file's SHA-256.</returns>
    /// <exception cref="InputException">The file is not there, no GGUF, cut short, or not the expected one; another file has its name; the disk is full. Nothing was added.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        string path = _environment.Resolve(_source);
        bool inPlace = Address is null && path == Target;
        if (!inPlace && File.Exists(Target)) return await KeepAsync(cancellationToken);

        try
        {
            Directory.CreateDirectory(_folder);
            if (Address is not null) await new ModelDownload(Address, Part, new ModelProgress(Name, _talk, _environment.Clock)).RunAsync(cancellationToken);
            else if (!inPlace) await CopyAsync(path, cancellationToken);
            string checksum = await CheckAsync(inPlace ? path : Part, cancellationToken);
            if (!inPlace) File.Move(Part, Target);
            await ModelChecksums.SetAsync(_folder, Name, checksum, cancellationToken);
            return checksum;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The model cannot be put into '{_folder}': {e.Message}", e);
        }
    }

    private static Uri? Web(string source)
    {
        if (!source.Contains("://", StringComparison.Ordinal)) return null;
        return Uri.TryCreate(source, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new InputException($"'{source}' is no address to fetch from. Allowed: http:// and https://, or the path of a file.");
    }

    // The same file again is no mistake.
    private async Task<string> KeepAsync(CancellationToken cancellationToken)
    {
        string found = await ContentHash.OfFileAsync(Target, cancellationToken);
        if (found != _expected)
            throw new InputException($"{_environment.Display(Target)} is there already, with SHA-256 {found}. Delete it, give another name with --name, or give its SHA-256 if it is the same file.");
        GgufHeader.Read(Target).CheckWhole();
        await ModelChecksums.SetAsync(_folder, Name, found, cancellationToken);
        return found;
    }

    private async Task CopyAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) throw new InputException($"{path} does not exist. Name a GGUF file, or an address that begins with https://.");
        GgufHeader.Read(path).CheckWhole();
        var progress = new ModelProgress(Name, _talk, _environment.Clock);
        await using FileStream from = File.OpenRead(path);
        ModelSpace.Check(Target, from.Length);
        progress.Begin(0, from.Length);
        File.Delete(ModelDownload.OriginOf(Part)); // what lies there is no part of a download any more
        await using FileStream to = File.Create(Part);
        byte[] buffer = new byte[1 << 20];
        for (int read; (read = await from.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            progress.Add(read);
        }
    }

    // What is not the right file is worth nothing: the part goes, a file of the user's own stays.
    private async Task<string> CheckAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            GgufHeader.Read(file).CheckWhole();
            string found = await ContentHash.OfFileAsync(file, cancellationToken);
            if (_expected is null || found == _expected) return found;
            throw new InputException($"{_source.Split('?')[0]} has SHA-256 {found}, not {_expected} as asked for. It was not added.");
        }
        catch (InputException)
        {
            if (file == Part) File.Delete(Part);
            throw;
        }
    }
}

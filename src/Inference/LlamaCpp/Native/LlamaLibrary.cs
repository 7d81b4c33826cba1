using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp.Native;

/// <summary>Loads llama.cpp's libraries once for the process and makes sure that they are the version whose structures are declared here.</summary>
internal static class LlamaLibrary
{
    /// <summary>The release whose C API is declared in this folder.</summary>
    internal const string Release = "0.5.0";

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, nint> Handles = [];
    private static string? _folder;

    /// <summary>Library version and CPU variant, for <see cref="Backend.ModelIdentity"/>: <c>llama.cpp 0.5.0-dev, ggml 0.25.1 0ad4a86, cpu zen4</c>.</summary>
    internal static string Identity { get; private set; } = "";

    /// <summary>The folder that the build fills.</summary>
    internal static string ShippedFolder => Path.Combine(AppContext.BaseDirectory, "llama");

    /// <summary>Loads the libraries; a second call with the same folder does nothing.</summary>
    /// <param name="folder">Where they lie; null takes the shipped ones.</param>
    /// <exception cref="InputException">The folder lacks a library, another folder was loaded before, or the version is another one.</exception>
    internal static void Load(string? folder)
    {
        string wanted = Path.GetFullPath(folder ?? ShippedFolder);
        lock (Gate)
        {
            if (_folder is not null)
            {
                if (_folder != wanted)
                    throw new InputException($"Setting Libraries is '{wanted}', but this process already uses llama.cpp from '{_folder}'. All backends of a run take the same Libraries.");

                return;
            }

            // In this order: each finds its predecessor already loaded.
            Handles[LlamaApi.GgmlBase] = Open(wanted, "ggml-base");
            Handles[LlamaApi.Ggml] = Open(wanted, "ggml");
            Handles[LlamaApi.Llama] = Open(wanted, "llama");
            if (_resolver is null)
                NativeLibrary.SetDllImportResolver(typeof(LlamaApi).Assembly, _resolver = (name, _, _) => Handles.GetValueOrDefault(name));
            CheckVersion(wanted);
            LlamaLog.Attach();
            LlamaApi.BackendLoadAll(wanted);
            if (LlamaApi.DeviceCount() == 0)
                throw new InputException($"No backend of ggml was found in '{wanted}': it needs libggml-cpu-*.so beside libllama.");

            LlamaApi.BackendInit();
            ComputeGate.CloseAtExit();
            Identity = string.Create(CultureInfo.InvariantCulture,
                $"llama.cpp {Text(LlamaApi.Version())}, ggml {Text(LlamaApi.GgmlVersion())} {Text(LlamaApi.GgmlCommit())}, cpu {CpuVariant()}");
            _folder = wanted;
        }
    }

    private static DllImportResolver? _resolver;

    private static void CheckVersion(string folder)
    {
        string found = NativeLibrary.TryGetExport(Handles[LlamaApi.Llama], "llama_version", out _) ? Text(LlamaApi.Version()) : "older than 0.4";
        if (found != Release && !found.StartsWith(Release + "-", StringComparison.Ordinal))
            throw new InputException($"The llama.cpp libraries in '{folder}' are version {found}; this program needs {Release}, whose C API it was written for. Put that version there, or remove the setting Libraries.");

        string? wrong = AbiCheck.Mismatch();
        if (wrong is not null)
            throw new InputException($"The llama.cpp libraries in '{folder}' call themselves {found}, but {wrong}. They differ from release {Release}; use the libraries of that release.");
    }

    private static nint Open(string folder, string name)
    {
        string file = Find(folder, name)
            ?? throw new InputException($"llama.cpp's library '{name}' is not in '{folder}'. Build R2Synth.Inference with npm at hand (it fetches the libraries), or name a folder of llama.cpp {Release} libraries in the backend's setting Libraries.");
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new InputException($"llama.cpp's library '{file}' cannot be loaded: {e.Message} It needs glibc 2.34 or later and this machine's architecture, {RuntimeInformation.ProcessArchitecture}.", e);
        }
    }

    // libllama.so of one's own build, or libllama.v0.5.0.so of the npm package.
    private static string? Find(string folder, string name)
    {
        if (!Directory.Exists(folder))
            return null;

        string prefix = OperatingSystem.IsWindows() ? name : "lib" + name;
        string suffix = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        string exact = Path.Combine(folder, prefix + suffix);
        return File.Exists(exact)
            ? exact
            : Directory.EnumerateFiles(folder, $"{prefix}.*{suffix}").Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private static string CpuVariant()
    {
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            string name = Path.GetFileNameWithoutExtension(module.FileName);
            int at = name.IndexOf("ggml-cpu", StringComparison.Ordinal);
            if (at >= 0)
                return name[(at + "ggml-cpu".Length)..].TrimStart('-') is { Length: > 0 } variant ? variant : "built-in";
        }

        return "unknown";
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";
}

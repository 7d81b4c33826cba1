using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>A copy of a GGUF in a type that the CPU reads faster, made once and kept.</summary>
internal static class RequantizedModel
{
    /// <summary>The type that the setting offers: every weight in 8 bits with a scale for 32 of them.</summary>
    internal const string Type = "Q8_0";

    // The others are for the tests: types that have other kernels.
    private static readonly Dictionary<string, int> FileTypes = new()
    {
        [Type] = QuantizeParams.MostlyQ8,
        ["Q4_0"] = QuantizeParams.MostlyQ4,
        ["F16"] = QuantizeParams.MostlyF16,
    };

    /// <summary>Makes the copy, or finds it.</summary>
    /// <param name="source">The model.</param>
    /// <param name="type">The type.</param>
    /// <param name="folder">Where copies are kept.</param>
    /// <returns>The copy's path; its name holds the source's checksum, the type and the library's version.</returns>
    /// <exception cref="InputException">llama.cpp refuses, or the folder cannot be written.</exception>
    internal static unsafe string Make(ModelFile source, string type, string folder)
    {
        string path = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(source.Name)}-{source.Checksum[..16]}-{type}-{LlamaLibrary.Release}.gguf");
        if (File.Exists(path))
            return path;

        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(folder);
            QuantizeParams settings = LlamaApi.QuantizeDefaults();
            settings.FileType = FileTypes[type];
            settings.AllowRequantize = 1;
            LlamaLog.Clear();
            if (LlamaApi.ModelQuantize(source.Path, temporary, &settings) != 0)
                throw new InputException($"llama.cpp cannot turn '{source.Path}' into {type}: {LlamaLog.Last()}. Remove the setting Requantize.");

            File.Move(temporary, path, overwrite: true);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The {type} copy of '{source.Name}' cannot be written to '{folder}': {e.Message} Name another folder in the setting RequantizeFolder, or remove Requantize.", e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}

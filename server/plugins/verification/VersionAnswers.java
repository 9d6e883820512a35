import java.nio.file.*;
import java.util.*;
import org.apache.maven.artifact.versioning.*;

/** Writes how Maven orders versions and which of them it finds in ranges. Two files of lines in, JSON out. */
public class VersionAnswers {
    public static void main(String[] args) throws Exception {
        List<String> versions = Files.readAllLines(Path.of(args[0]));
        List<String> ranges = Files.readAllLines(Path.of(args[1]));
        StringBuilder out = new StringBuilder("{\n\"versions\": [");
        for (int i = 0; i < versions.size(); i++) out.append(i == 0 ? "" : ", ").append(quote(versions.get(i)));
        out.append("],\n\"orders\": [\n");
        for (int i = 0; i < versions.size(); i++) {
            out.append(i == 0 ? "" : ",\n").append('"');
            for (String other : versions) {
                int order = Integer.signum(new DefaultArtifactVersion(versions.get(i)).compareTo(new DefaultArtifactVersion(other)));
                out.append(order < 0 ? '<' : order > 0 ? '>' : '=');
            }
            out.append('"');
        }
        out.append("\n],\n\"ranges\": [\n");
        for (int i = 0; i < ranges.size(); i++) {
            String spec = ranges.get(i);
            out.append(i == 0 ? "" : ",\n").append("{\"text\": ").append(quote(spec));
            try {
                VersionRange range = VersionRange.createFromVersionSpec(spec);
                if (!range.hasRestrictions()) range = VersionRange.createFromVersionSpec("[" + spec + "]");
                out.append(", \"shown\": ").append(quote(range.toString())).append(", \"has\": \"");
                for (String version : versions)
                    out.append(range.containsVersion(new DefaultArtifactVersion(version)) ? '1' : '0');
                out.append('"');
            } catch (InvalidVersionSpecificationException refusal) {
                out.append(", \"refused\": true");
            }
            out.append('}');
        }
        out.append("\n]\n}\n");
        Files.writeString(Path.of(args[2]), out);
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

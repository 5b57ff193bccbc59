package dev.flags.cli;

import dev.flags.json.Json;
import dev.flags.model.FlagJson;
import dev.flags.model.Segment;
import dev.flags.model.SegmentVersion;
import dev.flags.store.FlagStore;
import dev.flags.store.SegmentMembers;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show one segment: what it is made of, its imported members, and who looks at it.")
final class SegmentShowCommand extends Verb {
    @Parameters(paramLabel = "NAME", description = "the segment")
    String name = "";

    SegmentShowCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            SegmentView view = SegmentView.find(store, name);
            Segment segment = view.segment();
            Optional<SegmentVersion> version = segment.members();
            Optional<SegmentMembers> members = store.members();
            Long held = version.isPresent() && members.isPresent()
                    ? (Long) members.get().count(name, version.get().version())
                    : null;
            List<String> versions = members.map(kept -> kept.versions(name)).orElse(List.of());
            Tree tree = view.tree(Tree.versioned())
                    .put("environment", store.environment())
                    .put("imported", version.map(v -> imported(v, held)).orElse(null))
                    .put("versions", versions)
                    .put("document", Json.parse(FlagJson.write(segment)));
            session.print(tree, List.of(name), () -> text(view, held, versions));
        }
        return ExitCode.DONE;
    }

    private static Object imported(SegmentVersion version, @Nullable Long held) {
        return new Tree()
                .put("version", version.version())
                .put("count", version.count())
                .put("importedAt", version.importedAt().map(Object::toString).orElse(null))
                .put("held", held)
                .put("previous", version.previous().orElse(null))
                .map();
    }

    private String text(SegmentView view, @Nullable Long held, List<String> versions) {
        Segment segment = view.segment();
        StringBuilder text = new StringBuilder();
        line(text, "segment", segment.name());
        if (!segment.description().isEmpty()) {
            line(text, "description", segment.description());
        }
        line(text, "kind", view.kind());
        segment.members().ifPresent(version -> {
            String missing = held == null || held >= version.count()
                    ? ""
                    : ", of which the store holds only " + held + ": import them again";
            line(text, "imported", version.count() + " members" + missing);
            line(
                    text,
                    "version",
                    version.version()
                            + version.importedAt().map(at -> ", of " + at).orElse(""));
        });
        if (versions.size() > 1) {
            line(text, "kept", versions.size() + " versions; the next import removes what is not needed");
        }
        line(text, "listed", segment.keys().size() + " keys");
        line(text, "excluded", segment.excluded().size() + " keys");
        line(text, "rules", Integer.toString(segment.rules().size()));
        line(text, "revision", Long.toString(view.revision()));
        line(text, "used by", view.usedBy().isEmpty() ? "no flag" : String.join(", ", view.usedBy()));
        return text.toString();
    }

    private void line(StringBuilder text, String label, String value) {
        text.append(String.format("%-12s %s%n", label, safe(value)).replace(System.lineSeparator(), "\n"));
    }
}

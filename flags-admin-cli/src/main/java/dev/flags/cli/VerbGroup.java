package dev.flags.cli;

/** A verb that only has verbs beneath it. */
abstract class VerbGroup extends Verb {
  @picocli.CommandLine.Spec picocli.CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  VerbGroup(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    String names = spec == null ? "" : String.join(", ", spec.subcommands().keySet());
    throw new UsageException("say what: " + names);
  }
}

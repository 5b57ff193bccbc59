package dev.flags.cli;

import dev.flags.secrets.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code profile list|set|use}. */
@Command(name = "profile", description = "Named sets of store, environment and actor, kept in the configuration file.")
final class ProfileCommand extends VerbGroup {
    ProfileCommand(Session session) {
        super(session);
    }

    @Command(name = "list", description = "List the profiles; passwords are masked.")
    static final class ListAll extends Verb {
        ListAll(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            Profiles profiles = Profiles.read(session.shell);
            List<Object> trees = new ArrayList<>();
            Table table = new Table(session.shell, "", "PROFILE", "STORE", "ENVIRONMENT", "ACTOR", "PROTECTED");
            profiles.byName().forEach((name, settings) -> {
                boolean current = name.equals(profiles.current());
                Map<String, Object> masked = new LinkedHashMap<>();
                settings.forEach((setting, value) -> masked.put(setting, shown(setting, value)));
                trees.add(new Tree()
                        .put("profile", name)
                        .put("current", current)
                        .putAll(masked)
                        .map());
                table.row(
                        current ? "*" : "",
                        name,
                        String.valueOf(masked.getOrDefault("store", "-")),
                        String.valueOf(masked.getOrDefault("environment", "-")),
                        String.valueOf(masked.getOrDefault("actor", "-")),
                        String.valueOf(masked.getOrDefault("protected", "-")));
            });
            session.print(
                    Tree.versioned().put("file", profiles.file().toString()).put("profiles", (Object) trees),
                    List.copyOf(profiles.byName().keySet()),
                    table::toString);
            if (profiles.byName().isEmpty()) {
                session.shell.say("no profiles in " + profiles.file());
            }
            return ExitCode.DONE;
        }

        private static Object shown(String setting, Object value) {
            if (Profiles.SECRETS.contains(setting)) {
                return Secrets.MASK;
            }
            return value instanceof String text ? Secrets.mask(text) : value;
        }
    }

    @Command(
            name = "set",
            description = {
                "Set things in a profile, which is made when it is not there; an empty value removes a setting.",
                "Settings: store, environment, actor, output, protected, killFile, timeout, credentialCommand,",
                "sentinelUser, sentinelCredentialCommand, trustStore, keyStore."
            })
    static final class Change extends Verb {
        @Parameters(index = "0", paramLabel = "NAME", description = "the profile")
        String name = "";

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "SETTING=VALUE", description = "what to set")
        List<String> assignments = List.of();

        Change(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            Profiles profiles = Profiles.read(session.shell);
            for (String assignment : assignments) {
                int equals = assignment.indexOf('=');
                if (equals < 1) {
                    throw new UsageException("write SETTING=VALUE, for instance store=jdbc:sqlite:/srv/flags.db");
                }
                String setting = assignment.substring(0, equals);
                String value = assignment.substring(equals + 1);
                Profiles.requireSetting("'" + setting + "=…'", setting);
                if (Profiles.SECRETS.contains(setting) || (setting.equals("store") && Secrets.isIn(value))) {
                    throw new UsageException(
                            "a password does not belong into an argument, which every user of this machine could read;"
                                    + " set "
                                    + (setting.equals("sentinelPassword")
                                            ? "sentinelCredentialCommand, or use FLAGS_REDIS_SENTINEL_PASSWORD"
                                            : "credentialCommand, or use FLAGS_PASSWORD"));
                }
                profiles = profiles.with(name, setting, value.isEmpty() ? null : typed(setting, value));
            }
            profiles.write();
            session.shell.say("profile " + name + " written to " + profiles.file());
            return ExitCode.DONE;
        }

        private static Object typed(String setting, String value) {
            if (!setting.equals("protected")) {
                return value;
            }
            if (!value.equals("true") && !value.equals("false")) {
                throw new UsageException("protected is true or false");
            }
            return Boolean.valueOf(value);
        }
    }

    @Command(name = "use", description = "Use a profile unless --profile or FLAGS_PROFILE says another.")
    static final class Use extends Verb {
        @Parameters(paramLabel = "NAME", description = "the profile")
        String name = "";

        Use(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            Profiles profiles = Profiles.read(session.shell).withCurrent(name);
            profiles.write();
            session.shell.say("profile " + name + " is used from now on, says " + profiles.file());
            return ExitCode.DONE;
        }
    }
}

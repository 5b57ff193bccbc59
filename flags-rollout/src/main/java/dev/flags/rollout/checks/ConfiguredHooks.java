package dev.flags.rollout.checks;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hooks of a configuration. Safe for use by multiple threads. */
record ConfiguredHooks(Map<String, Hook> hooks) implements Hooks {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredHooks.class);

    @Override
    public boolean knows(String hook) {
        return hooks.containsKey(hook);
    }

    @Override
    public Checks.Answer call(String hook, Call call) {
        Hook known = hooks.get(hook);
        return known == null
                ? new Checks.Answer(false, Answering.unknown("hook", hook, hooks.keySet()))
                : Answering.to("hook " + hook, LOG, () -> known.call(call));
    }
}

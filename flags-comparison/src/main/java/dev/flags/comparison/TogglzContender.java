package dev.flags.comparison;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.togglz.core.Feature;
import org.togglz.core.activation.GradualActivationStrategy;
import org.togglz.core.activation.UsernameActivationStrategy;
import org.togglz.core.manager.FeatureManager;
import org.togglz.core.manager.FeatureManagerBuilder;
import org.togglz.core.manager.PropertyFeatureProvider;
import org.togglz.core.repository.FeatureState;
import org.togglz.core.repository.StateRepository;
import org.togglz.core.repository.cache.CachingStateRepository;
import org.togglz.core.repository.file.FileBasedStateRepository;
import org.togglz.core.repository.mem.InMemoryStateRepository;
import org.togglz.core.user.FeatureUser;
import org.togglz.core.user.SimpleFeatureUser;
import org.togglz.core.user.thread.ThreadLocalUserProvider;
import org.togglz.core.util.NamedFeature;

/**
 * Togglz with its states in memory and with the user provider of web applications, which looks up the user that a filter has bound to
 * the thread. An application binds one for each request; here one that can be exchanged is bound for good, so that a decision is
 * charged one look-up of a thread's local too many (a nanosecond or two), and not a binding.
 */
final class TogglzContender implements Contender<Feature, FeatureUser> {
    /** A feature has one strategy: a share of users, or a list of them, or roles. Segments, prerequisites and variants are not known. */
    static final Set<Question> QUESTIONS = Collections.unmodifiableSet(
            EnumSet.of(Question.FULLY_ON, Question.TEN_PERCENT, Question.LISTED, Question.UNKNOWN));

    private static final List<String> PARAMETERS =
            List.of(GradualActivationStrategy.PARAM_PERCENTAGE, UsernameActivationStrategy.PARAM_USERS);
    private static final long CACHED_FOR_MINUTES = 60;

    private final FeatureManager manager;
    private final ThreadLocal<BoundUser> bound = ThreadLocal.withInitial(BoundUser::bind);

    private TogglzContender(StateRepository states) {
        manager = new FeatureManagerBuilder()
                .featureProvider(new PropertyFeatureProvider(new Properties()))
                .stateRepository(states)
                .userProvider(new ThreadLocalUserProvider())
                .build();
    }

    /** The fastest there is; in production only where somebody else fills it. */
    static TogglzContender inMemory(Path file) throws IOException {
        return new TogglzContender(filled(file));
    }

    /** As in front of a database: every state is a hit in Togglz's own cache. */
    static TogglzContender cached(Path file) throws IOException {
        return new TogglzContender(new CachingStateRepository(filled(file), CACHED_FOR_MINUTES, TimeUnit.MINUTES));
    }

    /** Straight from the file that it keeps itself. */
    static TogglzContender fromFile(Path file) {
        return new TogglzContender(new FileBasedStateRepository(file.toFile()));
    }

    private static StateRepository filled(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        StateRepository states = new InMemoryStateRepository();
        for (String name : properties.stringPropertyNames()) {
            if (name.indexOf('.') >= 0) {
                continue;
            }
            FeatureState state = new FeatureState(new NamedFeature(name), true);
            state.setStrategyId(properties.getProperty(name + ".strategy"));
            for (String parameter : PARAMETERS) {
                String value = properties.getProperty(name + ".param." + parameter);
                if (value != null) {
                    state.setParameter(parameter, value);
                }
            }
            states.setFeatureState(state);
        }
        return states;
    }

    static void write(Path file, int flags) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(Question.FULLY_ON.key + "=true\n");
            strategy(
                    out,
                    Question.TEN_PERCENT.key,
                    GradualActivationStrategy.ID,
                    GradualActivationStrategy.PARAM_PERCENTAGE,
                    "10");
            strategy(
                    out,
                    Question.LISTED.key,
                    UsernameActivationStrategy.ID,
                    UsernameActivationStrategy.PARAM_USERS,
                    String.join(",", Crowd.members()));
            for (int i = Question.values().length; i < flags; i++) {
                strategy(
                        out,
                        "flag-" + i,
                        GradualActivationStrategy.ID,
                        GradualActivationStrategy.PARAM_PERCENTAGE,
                        Integer.toString(i % 101));
            }
        }
    }

    private static void strategy(BufferedWriter out, String feature, String id, String parameter, String value)
            throws IOException {
        out.write(feature + "=true\n");
        out.write(feature + ".strategy=" + id + '\n');
        out.write(feature + ".param." + parameter + '=' + value + '\n');
    }

    @Override
    public Feature flag(String key) {
        return new NamedFeature(key);
    }

    @Override
    public FeatureUser user(String id, String country) {
        return new SimpleFeatureUser(id);
    }

    @Override
    public boolean isOn(Feature flag, FeatureUser user) {
        bound.get().user = user;
        return manager.isActive(flag);
    }

    @Override
    public boolean isOnForId(Feature flag, String userId) {
        return isOn(flag, new SimpleFeatureUser(userId));
    }

    @Override
    public Object variant(FeatureUser user) {
        throw new UnsupportedOperationException("Togglz has no variants");
    }

    @Override
    public @Nullable String text(Object variant) {
        throw new UnsupportedOperationException("Togglz has no variants");
    }

    @Override
    public void close() {
        ThreadLocalUserProvider.release();
    }

    /** Who is bound to a thread, and may be exchanged. */
    private static final class BoundUser implements FeatureUser {
        private FeatureUser user = new SimpleFeatureUser("nobody");

        static BoundUser bind() {
            BoundUser bound = new BoundUser();
            ThreadLocalUserProvider.bind(bound);
            return bound;
        }

        @Override
        public String getName() {
            return user.getName();
        }

        @Override
        public boolean isFeatureAdmin() {
            return user.isFeatureAdmin();
        }

        @Override
        public Object getAttribute(String name) {
            return user.getAttribute(name);
        }
    }
}

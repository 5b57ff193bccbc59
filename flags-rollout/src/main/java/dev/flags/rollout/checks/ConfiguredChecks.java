package dev.flags.rollout.checks;

import dev.flags.rollout.Precondition;
import dev.flags.rollout.Precondition.DatabaseObject;
import dev.flags.rollout.Precondition.FlagIs;
import dev.flags.rollout.Precondition.Healthy;
import dev.flags.rollout.Precondition.Migration;
import dev.flags.rollout.Precondition.QueryIsTrue;
import dev.flags.store.FlagStore;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks of a configuration, for one environment of one store. Safe for use by multiple threads. */
final class ConfiguredChecks implements Checks {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredChecks.class);

    private final ControllerConfiguration configuration;
    private final FlagStore store;
    private final Optional<Database> own;

    ConfiguredChecks(ControllerConfiguration configuration, FlagStore store, Optional<DataSource> own) {
        this.configuration = configuration;
        this.store = store;
        this.own = configuration.own(own);
    }

    @Override
    public Answer check(Precondition precondition) {
        return Answering.to(precondition.name(), LOG, () -> checked(precondition));
    }

    private Answer checked(Precondition precondition) throws NotAnsweredException {
        if (precondition instanceof DatabaseObject wanted) {
            Database database = database(wanted.database());
            return Reading.of(database, database.timeout(), reading -> DatabaseObjects.check(reading, wanted));
        }
        if (precondition instanceof Migration wanted) {
            Database database = database(wanted.database());
            return Reading.of(database, database.timeout(), reading -> Migrations.check(reading, database, wanted));
        }
        if (precondition instanceof QueryIsTrue wanted) {
            SqlQuery query = query(wanted.query());
            return query.isTrue(database(query.database()));
        }
        if (precondition instanceof Healthy wanted) {
            return endpoint(wanted.endpoint()).check(configuration.http());
        }
        return ((FlagIs) precondition)
                .unmet(store::flag)
                .map(why -> new Answer(false, why))
                .orElse(Answer.PASSED);
    }

    @Override
    public Measurement measure(String name) {
        return Answering.to(
                "measurement " + name,
                LOG,
                () -> new Measurement(OptionalDouble.of(measured(name)), ""),
                why -> new Measurement(OptionalDouble.empty(), why));
    }

    private double measured(String name) throws Exception {
        double value = measure(name, configuration.measures().get(name));
        if (!Double.isFinite(value)) {
            throw new NotAnsweredException("measurement " + name + " gives " + value + ", which is not a number");
        }
        return value;
    }

    private double measure(String name, @Nullable Measure measure) throws Exception {
        if (measure != null) {
            return measure.value(configuration.http());
        }
        SqlQuery query = configuration.queries().get(name);
        if (query == null) {
            throw new NotAnsweredException(unknownMeasurement(name));
        }
        return query.number(database(query.database()));
    }

    @Override
    public Answer knows(Precondition precondition) {
        return Answering.to(precondition.name(), LOG, () -> {
            if (precondition instanceof DatabaseObject wanted) {
                database(wanted.database());
            } else if (precondition instanceof Migration wanted) {
                database(wanted.database());
            } else if (precondition instanceof QueryIsTrue wanted) {
                database(query(wanted.query()).database());
            } else if (precondition instanceof Healthy wanted) {
                endpoint(wanted.endpoint());
            }
            return Answer.PASSED;
        });
    }

    @Override
    public Answer knowsMeasurement(String name) {
        return Answering.to("measurement " + name, LOG, () -> {
            if (configuration.measures().containsKey(name)) {
                return Answer.PASSED;
            }
            SqlQuery query = configuration.queries().get(name);
            if (query == null) {
                return new Answer(false, unknownMeasurement(name));
            }
            database(query.database());
            return Answer.PASSED;
        });
    }

    private String unknownMeasurement(String name) {
        java.util.Set<String> known =
                new java.util.TreeSet<>(configuration.measures().keySet());
        known.addAll(configuration.queries().keySet());
        return Answering.unknown("measurement or query", name, known);
    }

    private Database database(String name) throws NotAnsweredException {
        if (name.isEmpty()) {
            return own.orElseThrow(() -> new NotAnsweredException("the store " + store.location()
                    + " is no database that can be asked here; name one of the controller's configuration (database: NAME)"
                    + (configuration.databases().isEmpty()
                            ? ", which has none yet"
                            : ", which has "
                                    + String.join(
                                            ", ", configuration.databases().keySet()))));
        }
        Database database = configuration.databases().get(name);
        if (database == null) {
            throw new NotAnsweredException(Answering.unknown(
                    "database", name, configuration.databases().keySet()));
        }
        return database;
    }

    private SqlQuery query(String name) throws NotAnsweredException {
        SqlQuery query = configuration.queries().get(name);
        if (query == null) {
            throw new NotAnsweredException(
                    Answering.unknown("query", name, configuration.queries().keySet()));
        }
        return query;
    }

    private Endpoint endpoint(String name) throws NotAnsweredException {
        Endpoint endpoint = configuration.endpoints().get(name);
        if (endpoint == null) {
            throw new NotAnsweredException(Answering.unknown(
                    "endpoint", name, configuration.endpoints().keySet()));
        }
        return endpoint;
    }
}

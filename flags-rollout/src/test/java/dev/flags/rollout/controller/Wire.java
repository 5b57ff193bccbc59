package dev.flags.rollout.controller;

import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What lies between a controller and its store: counts the calls, and does to them what a test wants. */
final class Wire {
    /** The process ends here. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    final Map<String, Integer> calls = new TreeMap<>();
    /** How many characters of records have gone over it. */
    long written;

    private Predicate<String> down = call -> false;
    private Predicate<String> answersLost = call -> false;
    private Runnable before = () -> {};
    private String beforeCall = "";
    private int left = Integer.MAX_VALUE;
    private boolean beforeItArrives;

    /** These calls fail, and do nothing, until {@link #up}. */
    void down(Predicate<String> failing) {
        down = failing;
    }

    /** These calls arrive, and their answers do not. */
    void answersLost(Predicate<String> failing) {
        answersLost = failing;
    }

    void up() {
        down = call -> false;
        answersLost = call -> false;
    }

    /** Something happens just before the next call of this name. */
    void before(String call, Runnable happens) {
        beforeCall = call;
        before = happens;
    }

    /** The process dies at its n-th call from now, before or after that has arrived. */
    void diesAt(int n, boolean before) {
        left = n;
        beforeItArrives = before;
    }

    FlagStore over(FlagStore store) {
        return wrapped(FlagStore.class, store);
    }

    private <T> T wrapped(Class<T> type, Object target) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            String call = method.getName();
            if (call.equals("outcomes") || call.equals("controllerRecords")) {
                Optional<?> inner = (Optional<?>) method.invoke(target, arguments);
                return inner.map(each -> wrapped(interfaceOf(each), each));
            }
            if (call.equals("environment") || call.equals("location") || call.equals("name")) {
                return method.invoke(target, arguments);
            }
            calls.merge(call, 1, Integer::sum);
            if (call.equals("write") && arguments[1] instanceof Map<?, ?> records) {
                written += records.values().stream()
                        .mapToLong(text -> String.valueOf(text).length())
                        .sum();
            }
            if (call.equals(beforeCall)) {
                beforeCall = "";
                before.run();
            }
            if (down.test(call)) {
                throw new StoreUnavailableException("the store does not answer");
            }
            boolean last = --left <= 0;
            if (last && beforeItArrives) {
                throw new Death();
            }
            try {
                Object answer = method.invoke(target, arguments);
                if (last) {
                    throw new Death();
                }
                if (answersLost.test(call)) {
                    throw new StoreUnavailableException("the answer was lost");
                }
                return answer;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(Wire.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @SuppressWarnings("unchecked")
    private static <T> Class<T> interfaceOf(Object target) {
        List<Class<?>> all = new ArrayList<>();
        for (Class<?> type : target.getClass().getInterfaces()) {
            all.add(type);
        }
        return (Class<T>) all.get(0);
    }
}

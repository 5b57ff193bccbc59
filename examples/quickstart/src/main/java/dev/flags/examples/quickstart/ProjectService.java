package dev.flags.examples.quickstart;

import dev.flags.FlagDecisions;

/** Creates projects. The new way stands behind the flag {@value #FLAG}. */
final class ProjectService {
    static final String FLAG = "atomic-projects";

    private int createdAtomically;
    private int createdInThreeSteps;

    /** One request of one user; the flags are those pinned for the request. */
    void createProject(FlagDecisions flags, User user) {
        if (flags.isEnabled(FLAG, user)) {
            createAtomically();
        } else {
            createWithThreeInserts();
        }
    }

    private void createAtomically() {
        createdAtomically++; // a real service would call its database function here
    }

    private void createWithThreeInserts() {
        createdInThreeSteps++;
    }

    int createdAtomically() {
        return createdAtomically;
    }

    int created() {
        return createdAtomically + createdInThreeSteps;
    }
}

package dev.flags.servers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Containers whose JVM was killed before it could end them: the next one that uses Docker does. Testcontainers' own way is a further
 * container with the engine's socket, whose image not every machine can pull.
 */
final class Leftovers {

    static final String LABEL = "dev.flags.servers.jvm";

    private Leftovers() {}

    /** {@return host and process number} */
    static String thisJvm() {
        return hostName() + "/" + ProcessHandle.current().pid();
    }

    static void remove(DockerClient docker) {
        String here = hostName() + "/";
        for (Container container : docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(LABEL))
                .exec()) {
            String jvm = container.getLabels().get(LABEL);
            if (jvm != null
                    && jvm.startsWith(here)
                    && ProcessHandle.of(Long.parseLong(jvm.substring(here.length())))
                            .isEmpty()) {
                try {
                    docker.removeContainerCmd(container.getId()).withForce(true).exec();
                } catch (DockerException e) {
                    // another JVM is removing it too
                }
            }
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}

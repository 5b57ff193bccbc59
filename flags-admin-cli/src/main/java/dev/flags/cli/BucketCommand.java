package dev.flags.cli;

import dev.flags.evaluation.Bucketing;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "bucket",
        description = {
            "Print the buckets, 0 to 99999, of targeting keys under a salt (a flag's salt is its key unless it says otherwise).",
            "A key is treated when its bucket is below percentage x 1000."
        })
final class BucketCommand extends Verb {
    @Parameters(index = "0", paramLabel = "SALT", description = "the salt")
    String salt = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "USER",
            description = "targeting keys; - reads them from standard input, one a line")
    List<String> users = List.of();

    BucketCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        if (users.isEmpty()) {
            throw new UsageException("name users, or - to read them from standard input");
        }
        Bucketing bucketing = Bucketing.of(salt);
        if (users.equals(List.of("-"))) {
            return fromStandardInput(bucketing);
        }
        List<Map<String, Object>> trees = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String user : users) {
            int bucket = bucketing.bucket(user);
            trees.add(new Tree().put("user", user).put("bucket", (long) bucket).map());
            text.append(safe(user)).append('\t').append(bucket).append('\n');
        }
        session.print(Tree.versioned().put("salt", salt).put("buckets", (Object) trees), users, text::toString);
        return ExitCode.DONE;
    }

    /** Bytes are passed on as they came, whatever the locale: this is a filter for data, and may see millions of lines. */
    private int fromStandardInput(Bucketing bucketing) throws IOException {
        boolean lines = session.format() == OutputFormat.TABLE || session.format() == OutputFormat.NAME;
        InputStream in = new BufferedInputStream(session.shell.in, 1 << 16);
        OutputStream out = new BufferedOutputStream(session.shell.out, 1 << 16);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 || line.size() > 0; b = in.read()) {
            if (b >= 0 && b != '\n') {
                line.write(b);
                continue;
            }
            String user = line.toString(StandardCharsets.UTF_8);
            int bucket = bucketing.bucket(user);
            if (lines) {
                line.writeTo(out);
                out.write(("\t" + bucket + "\n").getBytes(StandardCharsets.US_ASCII));
            } else {
                Tree tree = Tree.versioned().put("salt", salt).put("user", user).put("bucket", (long) bucket);
                out.write((session.shell.safe.json(dev.flags.json.Json.write(tree.map())) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
            line.reset();
            if (b < 0) {
                break;
            }
        }
        out.flush();
        return ExitCode.DONE;
    }
}

package dev.flags.cli;

class SqliteStoryTest extends StoreStory {
    @Override
    Cli cli() {
        Cli cli = Cli.in(directory);
        cli.done("db", "migrate");
        return cli;
    }

    @Override
    String layer() {
        return "sqlite";
    }
}

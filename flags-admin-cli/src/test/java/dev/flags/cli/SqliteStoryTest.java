package dev.flags.cli;

class SqliteStoryTest extends StoreStory implements BusyStory {
    @Override
    Cli cli() {
        Cli cli = Cli.in(directory);
        cli.done("db", "migrate");
        return cli;
    }

    @Override
    public Cli busy() {
        return cli();
    }

    @Override
    String layer() {
        return "sqlite";
    }
}

"""Where the frozen command line starts. Its workers start here too, and turn off before anything else."""

from multiprocessing import freeze_support

from screener.cli.frozen import settle

if __name__ == "__main__":
    settle()
    freeze_support()
    from screener.cli.main import main

    main()

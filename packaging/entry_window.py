"""Where the frozen window starts. Its scans and workers start here too, and turn off before anything else."""

from multiprocessing import freeze_support

from screener.cli.frozen import settle

if __name__ == "__main__":
    settle()
    freeze_support()
    from screener.cli.window import main

    main()

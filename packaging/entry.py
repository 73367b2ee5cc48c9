"""Where the frozen program starts. Worker processes start here too, and turn off before anything else."""

from multiprocessing import freeze_support

if __name__ == "__main__":
    freeze_support()
    from screener.cli.main import main

    main()

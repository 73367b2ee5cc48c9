"""What the fields of a recipe may hold: names, and the range of numbers."""

OPTIMISERS = ("adadelta", "adagrad", "adam", "adamw", "momentum", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine", "one-cycle", "step", "warm-restarts")
LOSSES = ("cross-entropy", "focal")
INITIALISERS = (
    "default",
    "glorot-normal",
    "glorot-uniform",
    "kaiming-normal",
    "kaiming-uniform",
    "lecun-normal",
    "lecun-uniform",
)
AUGMENTATIONS = (
    "film",
    "film-geometry",
    "film-levels",
    "film-quality",
    "none",
    "patch",
    "r0-cnn",
    "r0-resnet",
    "r3",
)
JUDGED_ON = ("both", "plain")
PRECISIONS = ("auto", "bfloat16", "float16", "float32")

NAMED = {
    "optimiser": OPTIMISERS,
    "schedule": SCHEDULES,
    "loss": LOSSES,
    "initialiser": INITIALISERS,
    "augmentation": AUGMENTATIONS,
    "judged_on": JUDGED_ON,
    "precision": PRECISIONS,
}
"""By field: the names that it may hold."""

RANGES: dict[str, tuple[float, float]] = {
    "batch": (2, 65536),
    "accumulate": (1, 32768),
    "lr": (0, 100),
    "backbone_lr": (0, 100),
    "momentum": (0, 1),
    "weight_decay": (0, 10),
    "l1": (0, 10),
    "warmup": (0, 0.9),
    "step_every": (1, 1_000_000),
    "step_factor": (1e-6, 1),
    "restart_every": (1, 1_000_000),
    "restart_growth": (1, 100),
    "focal_gamma": (0, 20),
    "label_smoothing": (0, 0.9),
    "distillation": (0, 1),
    "distillation_temperature": (0.1, 100),
    "feature_distillation": (0, 100),
    "clip": (0, 1e6),
    "dropout": (0, 0.95),
    "ema": (0, 0.99999),
    "start_share": (0, 0.95),
    "patience": (0, 1_000_000),
    "strength": (0, 3),
    "mixup": (0, 100),
    "cutmix": (0, 100),
    "crop": (0.05, 1),
    "validation": (0.01, 0.9),
    "seed": (0, 2**31 - 1),
}
"""By field: the least and the greatest number that it may hold."""

FREEZE = r"|all|\d+|[\w.]+(,[\w.]+)*"
"""What `freeze` may read, as a regular expression."""

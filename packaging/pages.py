"""Write the card pages of weights/ anew, and seal them: after a change of what such a page looks like.

python packaging/pages.py
"""

from pathlib import Path

from screener.models.card import read_card, verify, write_card
from screener.reports.html.model_card import PAGE, card_page

WEIGHTS = Path(__file__).parents[1] / "weights"


def main() -> None:
    for folder in sorted(path for path in WEIGHTS.iterdir() if path.is_dir()):
        card = read_card(folder)
        verify(card, folder)  # what was altered must not be vouched for
        page = card_page(card, folder)
        changed = page != (folder / PAGE).read_text("utf-8")
        if changed:
            (folder / PAGE).write_text(page, "utf-8")
            write_card(card, folder)
        print(f"{folder.name}: {'written anew' if changed else 'as it was'}")


if __name__ == "__main__":
    main()

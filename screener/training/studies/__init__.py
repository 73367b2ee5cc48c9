"""Studies: experiments of one question, run as ordinary trainings and laid beside published figures."""

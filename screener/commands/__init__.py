"""One module a verb: a request in, a result out. Nothing here prints."""

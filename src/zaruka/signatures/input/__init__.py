"""Input as people hold it: files, folders, archives and mail, in any wrapping."""

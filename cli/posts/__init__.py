"""`braid posts`: files of posts and single ones, judged under a profile's policy."""

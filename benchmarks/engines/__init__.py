"""The engines that are compared: each goes from files to a table, in a process of its own."""

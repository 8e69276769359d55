"""Earlier candidates and interviews, brought along in files: reading and cleaning them, comparing people, and what
is kept of them.

What is read here comes from outside and may take much memory and time: read it in a process with limits
(`Tools.read_import`).
"""

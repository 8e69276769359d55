"""The staff pages: what colleagues do in the chat, in a browser in which they have signed in."""

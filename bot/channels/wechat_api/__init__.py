"""What WeChat's and WeCom's channels share: callbacks, the API with its access token, texts without buttons."""

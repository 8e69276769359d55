// Does with the npm package `wechat-crypto` what it is asked for on stdin, as JSON: an implementation that is not ours.
const { createRequire } = require("module");
const WXBizMsgCrypt = createRequire(process.cwd() + "/")("wechat-crypto");

const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const answers = asked.map(({ token, key, id, timestamp, nonce, plain, encrypted }) => {
  const box = new WXBizMsgCrypt(token, key, id);
  if (encrypted !== undefined) {
    const opened = box.decrypt(encrypted);
    return { plain: opened.message, id: opened.id, signature: box.getSignature(timestamp, nonce, encrypted) };
  }
  const made = box.encrypt(plain);
  return { encrypted: made, signature: box.getSignature(timestamp, nonce, made) };
});
process.stdout.write(JSON.stringify(answers));

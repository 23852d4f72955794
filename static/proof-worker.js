// Solves a challenge of altcha's second kind: PBKDF2 of nonce and counter until the key begins as it should.

const ENCODED = /^[0-9a-f]*$/;

function bytesOf(hex) {
  if (!ENCODED.test(hex)) throw new TypeError("no hexadecimal number");
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function keyAt(counter, { nonce, salt, cost, keyLength }) {
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const secret = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: cost };
  return hexOf(new Uint8Array(await crypto.subtle.deriveBits(how, secret, keyLength * 8)));
}

async function solve(challenge) {
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const facts = { nonce: bytesOf(nonce), salt: bytesOf(salt), cost, keyLength };
  for (let counter = 0; ; counter += 1) {
    const derivedKey = await keyAt(counter, facts);
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
}

onmessage = async ({ data: challenge }) => {
  postMessage(btoa(JSON.stringify({ challenge, solution: await solve(challenge) })));
};

// Asks the browser for a passkey where a page offers one. Without this script the page offers codes.
const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (list) => list?.map((one) => ({ ...one, id: decode(one.id) }));

/** A credential as the service reads it. */
function told(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = encode(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    response: parts,
    extensions: credential.getClientExtensionResults(),
  };
}

/** What the browser makes of a challenge. */
function answer(options) {
  const key = options.publicKey;
  key.challenge = decode(key.challenge);
  if (key.user) {
    key.user.id = decode(key.user.id);
    key.excludeCredentials = listed(key.excludeCredentials);
    return navigator.credentials.create(options);
  }
  key.allowCredentials = listed(key.allowCredentials);
  return navigator.credentials.get(options);
}

for (const button of document.querySelectorAll("button[data-passkey]")) {
  // A passkey is for one address of the service.
  if (!window.PublicKeyCredential || button.dataset.origin !== location.origin) continue;
  const { form } = button;
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      const credential = await answer(JSON.parse(button.dataset.passkey));
      form.elements.credential.value = JSON.stringify(told(credential));
      form.submit();
    } catch {
      form.querySelector("[role=status]").textContent = "The passkey was not used. Try again, or use a code.";
    }
  });
}

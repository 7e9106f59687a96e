// An OpenID Connect provider of somebody else's making (oidc-provider), whose accounts are whatever address is typed.
// usage: node provider.mjs REDIRECT_URI SECRET; prints its address when it is ready.
import http from "node:http";
import Provider from "oidc-provider";

const [redirect, secret] = process.argv.slice(2);
let handler;
const server = http.createServer((request, response) => handler(request, response));
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      { client_id: "enough", client_secret: secret, redirect_uris: [redirect], grant_types: ["authorization_code"] },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    // In the token itself, as Microsoft Entra does it.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: !id.startsWith("unverified.") }),
    }),
  });
  handler = provider.callback();
  console.log(issuer);
});

const UNKNOWN_AUTHORITY = /SELF_SIGNED|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|CERT_UNTRUSTED|INVALID_CA/;
/** TLS where there is none, or none where there is. */
const NOT_TLS = /^(?:ERR_SSL|EPROTO$|HPE_)/;

/** What a request failed of: fetch hides it one level below. */
export function causeOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const cause = error.cause instanceof Error ? error.cause : error;
  const first = cause instanceof AggregateError && cause.errors[0] instanceof Error ? cause.errors[0] : cause;
  const { code } = first as NodeJS.ErrnoException;
  return { code: String(code ?? ''), message: first.message };
}

/** Why Mattermost gave no answer, in the words of the system where they help, and what to do about it. */
export function whyUnreached(url: string, error: unknown): { why: string; cure: string } {
  const { code, message } = causeOf(error);
  if (UNKNOWN_AUTHORITY.test(code)) {
    return {
      why: `its certificate is of an authority that is not known here (${code})`,
      cure: 'Set MATTERMOST_CA_FILE to a PEM file with the certificate of the authority that signed the server’s.',
    };
  }
  if (NOT_TLS.test(code)) {
    const other = url.startsWith('https:') ? 'http' : 'https';
    return {
      why: 'it does not speak as its address says',
      cure: `Give MATTERMOST_URL with ${other}://, or another port.`,
    };
  }
  return { why: message || code, cure: cureOf(code) };
}

function cureOf(code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'Renew the certificate of Mattermost, or of the proxy before it.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'Give MATTERMOST_URL with a name that the server’s certificate has, or have it made out for this one.';
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return 'Correct the host in MATTERMOST_URL, or the name server of this machine.';
  }
  return 'Start Mattermost, correct MATTERMOST_URL, or open the firewall between the two.';
}

/** Whether a request came over TLS to this very process. What a proxy says of it is in headers, which are observed. */
export function isEncrypted({ socket }: { readonly socket?: object | null | undefined }): boolean {
  return (socket as { readonly encrypted?: unknown } | null | undefined)?.encrypted === true
}

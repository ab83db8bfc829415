/// Makes ring the provider of cryptography for TLS in this process.
///
/// It must run before the first client is made: without a provider that is a panic. To run again changes nothing.
pub fn install_crypto() {
    // An error says that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Whom a client of HTTP trusts beside the authorities of the machine. Asked for before a client is made, it sees to its cryptography, too.
///
/// # Errors
/// One of the certificates that we come with is none.
pub fn trusted() -> reqwest::Result<Vec<reqwest::Certificate>> {
    install_crypto();
    authorities().map(reqwest::Certificate::from_der).collect()
}

/// Certificates of the public authorities, in DER.
///
/// A bare container has none of its own, and then no client could be made at all.
pub(crate) fn authorities() -> impl Iterator<Item = &'static [u8]> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(AsRef::as_ref)
}

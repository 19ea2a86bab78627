// TLS with rustls: a certificate made for this run, a handshake, and a megabyte each way.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

const LONG: usize = 1 << 20;

#[tokio::main]
async fn main() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["tea.example".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let chain = vec![cert.der().clone()];
    let server = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
    let acceptor = TlsAcceptor::from(Arc::new(server.unwrap()));
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(client));

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let socket = acceptor.accept(socket).await.unwrap();
        let (mut reader, mut writer) = tokio::io::split(socket);
        let copied = tokio::io::copy(&mut reader, &mut writer).await.unwrap();
        writer.shutdown().await.unwrap();
        copied
    });

    let name = ServerName::try_from("tea.example").unwrap();
    let socket = TcpStream::connect(address).await.unwrap();
    let socket = connector.connect(name, socket).await.unwrap();
    let (mut reader, mut writer) = tokio::io::split(socket);
    let sent: Vec<u8> = (0..LONG).map(|at| at.to_le_bytes()[at % 3]).collect();
    let write = async {
        writer.write_all(&sent).await.unwrap();
        writer.shutdown().await.unwrap();
    };
    let mut echo = Vec::new();
    let ((), read) = tokio::join!(write, reader.read_to_end(&mut echo));
    assert_eq!(read.unwrap(), LONG);
    assert!(echo == sent);
    assert_eq!(server.await.unwrap(), LONG as u64);
}

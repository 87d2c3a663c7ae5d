//! The server: who may ask, and what they get. The one file that knows axum, tokio and what goes with them.
//!
//! Every answer is a route of the site, drawn when it is asked for, or one of the three files of the reload script.
//! Addresses are looked up in the list of routes and never on the disk.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue, LOCATION, X_CONTENT_TYPE_OPTIONS};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};
use tower_http::services::ServeFile;

use super::generation::{self, Answer, Asked};
use super::hub::{Hub, Shown};
use crate::model::output_path::OutputPath;
use crate::text::SitePath;
use crate::text::html::escaped;

/// Where the files of the reload script are. No page can be there, since hidden files are not of a site.
const OWN: &str = "/.expound/";
const SCRIPT: &str = include_str!("live.js");
const STYLE: &str = include_str!("live.css");
/// How the page that stands in for one that cannot be drawn begins.
const BROKEN_HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The site has problems</title>
</head>
<body>
<main>
<h1>The site cannot be shown yet</h1>
<p>This page comes to life when its problems are mended.</p>
<ol>
"#;
/// So long are requests waited for that are under way when the server is ended.
const GRACE: Duration = Duration::from_secs(1);

/// What wakes those who wait for changes.
#[derive(Clone)]
pub(super) struct Announcer(watch::Sender<u64>);

impl Announcer {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// Something is other than before.
    pub(super) fn announce(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }
}

struct Server {
    hub: Arc<Hub>,
    announcer: Announcer,
    hosts: Hosts,
}

/// Which names of the server are known. A page of another site whose name leads here is not served (DNS rebinding).
#[derive(Clone, Copy, Debug)]
pub(super) struct Hosts {
    address: IpAddr,
}

impl Hosts {
    pub(super) fn new(address: IpAddr) -> Self {
        Self { address }
    }

    /// Whether a `Host` header names this server.
    fn knows(self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        if host.contains('@') {
            return false;
        }
        let name = authority.host().trim_start_matches('[').trim_end_matches(']');
        if name.eq_ignore_ascii_case("localhost") {
            return true;
        }
        // A name can be made to lead anywhere, a number cannot.
        name.parse::<IpAddr>().is_ok_and(|named| {
            named.is_loopback() || named == self.address || (self.address.is_unspecified() && !named.is_multicast())
        })
    }
}

/// Serves until the process is told to end.
pub(super) fn run(listener: TcpListener, hub: &Arc<Hub>, announcer: Announcer, hosts: Hosts) -> io::Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let result = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let server = Arc::new(Server { hub: Arc::clone(hub), announcer, hosts });
        let router = Router::new().fallback(respond).with_state(server);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
            let _ = stopped.await;
        });
        let serving = tokio::spawn(async move { serving.await });
        asked_to_end().await;
        hub.end();
        let _ = stop.send(());
        // A reader of a large file is not waited for.
        let _ = tokio::time::timeout(GRACE, serving).await;
        Ok(())
    });
    runtime.shutdown_background();
    result
}

/// Waits for Ctrl-C, or for the system's wish that the process end.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

async fn respond(State(server): State<Arc<Server>>, request: Request) -> Response {
    let mut response = answer(&server, request).await;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

async fn answer(server: &Server, request: Request) -> Response {
    if !is_welcome(request.headers(), server.hosts) {
        let text = "This server answers to its own address alone. Start it with `-i` to be asked from elsewhere.\n";
        return plain(StatusCode::MISDIRECTED_REQUEST, text);
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered.\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let address = request.uri().path();
    if let Some(own) = address.strip_prefix(OWN) {
        return match own {
            "events" => events(server),
            "live.js" => bytes(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT),
            "live.css" => bytes(StatusCode::OK, "text/css; charset=utf-8", STYLE),
            _ => plain(StatusCode::NOT_FOUND, "There is no such file.\n"),
        };
    }
    let Some(path) = path_of(address) else { return plain(StatusCode::BAD_REQUEST, "This is no address of a site.\n") };
    first_news(&server.hub, &mut server.announcer.0.subscribe()).await;
    let shown = server.hub.shown();
    match ask(&shown, &path).await {
        Answer::Bytes(drawn) => file(StatusCode::OK, &path, drawn, &shown.state),
        Answer::Copy(source) => copy(server.hub.root(), &source, request).await,
        Answer::Folder => {
            let location = format!("/{}/", path.encoded());
            let mut response = plain(StatusCode::MOVED_PERMANENTLY, "It is a folder.\n");
            response.headers_mut().insert(LOCATION, HeaderValue::try_from(location).expect("an encoded path is ASCII"));
            response
        }
        Answer::Missing => {
            let not_found = OutputPath::parse("404.html").expect("a path");
            match ask(&shown, &not_found).await {
                Answer::Bytes(drawn) => file(StatusCode::NOT_FOUND, &not_found, drawn, &shown.state),
                _ => plain(StatusCode::NOT_FOUND, "There is no such page.\n"),
            }
        }
        Answer::Failed => broken(server, &shown),
    }
}

fn is_welcome(headers: &HeaderMap, hosts: Hosts) -> bool {
    let mut named = headers.get_all(HOST).iter();
    let host = named.next().and_then(|host| host.to_str().ok());
    named.next().is_none() && host.is_some_and(|host| hosts.knows(host))
}

/// The file that an address names: decoded, and for a folder its own page.
fn path_of(address: &str) -> Option<OutputPath> {
    let decoded = percent_encoding::percent_decode_str(address.strip_prefix('/')?).decode_utf8().ok()?;
    let path =
        if decoded.is_empty() || decoded.ends_with('/') { format!("{decoded}index.html") } else { decoded.into() };
    OutputPath::parse(&path)
}

/// Asks the state that is shown, and where it fails the one that stands in.
async fn ask(shown: &Shown, path: &OutputPath) -> Answer {
    let first = ask_one(shown.asked.as_ref(), path).await;
    match first {
        Answer::Failed => ask_one(shown.whole.as_ref(), path).await,
        other => other,
    }
}

async fn ask_one(asked: Option<&Asked>, path: &OutputPath) -> Answer {
    let Some(asked) = asked else { return Answer::Failed };
    let (reply, answer) = oneshot::channel();
    let reply = Box::new(move |answer| {
        // Whoever asked may have gone away.
        let _ = reply.send(answer);
    });
    match asked.send(generation::Request { path: path.clone(), reply }) {
        Ok(()) => answer.await.unwrap_or(Answer::Failed),
        Err(_) => Answer::Failed,
    }
}

/// Waits until the site was read once, or will not be: of a large one that takes a moment.
async fn first_news(hub: &Hub, changes: &mut watch::Receiver<u64>) {
    while !hub.has_news() && changes.changed().await.is_ok() {}
}

/// What is told to a page, now and after every change.
fn events(server: &Server) -> Response {
    let hub = Arc::clone(&server.hub);
    let changes = server.announcer.0.subscribe();
    let told = stream::unfold((changes, true), move |(mut changes, is_first)| {
        let hub = Arc::clone(&hub);
        async move {
            if is_first {
                first_news(&hub, &mut changes).await;
                changes.mark_unchanged();
            } else {
                changes.changed().await.ok()?;
            }
            let event = Event::default().retry(Duration::from_secs(1)).data(hub.told()?);
            Some((Ok::<_, Infallible>(event), (changes, false)))
        }
    });
    Sse::new(told).keep_alive(KeepAlive::default()).into_response()
}

/// A file that was drawn. Pages get the reload script.
fn file(status: StatusCode, path: &OutputPath, mut drawn: Vec<u8>, state: &str) -> Response {
    let name = path.as_str();
    if name.ends_with(".html") {
        insert_script(&mut drawn, state);
    }
    bytes(status, &content_type(name), drawn)
}

/// Puts the reload script before the end of a page's body.
fn insert_script(page: &mut Vec<u8>, state: &str) {
    let tag = format!("<script src=\"{OWN}live.js?state={state}\" defer></script>");
    let end = b"</body>";
    let at = page.windows(end.len()).rposition(|window| window == end).unwrap_or(page.len());
    page.splice(at..at, tag.into_bytes());
}

fn content_type(name: &str) -> String {
    // Files whose names have no ending are lists for hosts: `_headers`, `CNAME`.
    let Some(guessed) = mime_guess::from_path(name).first() else {
        let is_plain = !name.rsplit('/').next().unwrap_or(name).contains('.');
        return if is_plain { "text/plain; charset=utf-8" } else { "application/octet-stream" }.to_owned();
    };
    let is_text = guessed.type_() == mime_guess::mime::TEXT || guessed.suffix() == Some(mime_guess::mime::XML);
    if is_text { format!("{guessed}; charset=utf-8") } else { guessed.to_string() }
}

/// A file of the site, from the disk as it stands there, in the parts that are asked for.
async fn copy(root: &Path, source: &SitePath, request: Request) -> Response {
    let place = root.join(source.as_str());
    // It was found inside the site's folder; a link may have been put in its place since.
    let is_inside = |place: &Path| {
        let (place, root) = (std::fs::canonicalize(place).ok()?, std::fs::canonicalize(root).ok()?);
        place.starts_with(root).then_some(())
    };
    if is_inside(&place).is_none() {
        return plain(StatusCode::NOT_FOUND, "There is no such file.\n");
    }
    match ServeFile::new(&place).try_call(request).await {
        Ok(response) => {
            let mut response = response.map(Body::new);
            if response.status().is_success() {
                let content_type = HeaderValue::try_from(content_type(source.as_str())).expect("a type is ASCII");
                response.headers_mut().insert(CONTENT_TYPE, content_type);
            }
            response
        }
        Err(_) => plain(StatusCode::NOT_FOUND, "There is no such file.\n"),
    }
}

/// The page that stands in for one that cannot be drawn.
fn broken(server: &Server, shown: &Shown) -> Response {
    let problems = server.hub.problems();
    let items: Vec<String> =
        problems.list.iter().map(|problem| format!("<li>{}</li>\n", escaped(&problem.line()))).collect();
    let page = format!("{BROKEN_HEAD}{}</ol>\n</main>\n</body>\n</html>\n", items.concat());
    let mut page = page.into_bytes();
    insert_script(&mut page, &shown.state);
    bytes(StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8", page)
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    bytes(status, "text/plain; charset=utf-8", text)
}

fn bytes(status: StatusCode, content_type: &str, body: impl Into<Body>) -> Response {
    let mut response = (status, body.into()).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::try_from(content_type).expect("a type is ASCII"));
    response
}

/// The address of a page for people: of the server's own machine, when it listens to all.
pub(super) fn url(address: SocketAddr) -> String {
    let named = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}/", SocketAddr::new(named, address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_known_by_number() {
        let check = |address: &str, host: &str, expected: bool| {
            let hosts = Hosts::new(address.parse().expect("an address"));
            assert_eq!(hosts.knows(host), expected, "{host} at {address}");
        };
        for host in ["localhost", "LOCALHOST:1515", "127.0.0.1:1", "[::1]:1515", "127.0.0.2"] {
            check("127.0.0.1", host, true);
        }
        for host in ["example.org", "localhost.example.org:1515", "192.168.1.7", "", "a@localhost", "127.0.0.1.nip.io"]
        {
            check("127.0.0.1", host, false);
        }
        check("192.168.1.7", "192.168.1.7:1515", true);
        check("192.168.1.7", "192.168.1.8", false);
        check("0.0.0.0", "192.168.1.8", true);
        check("0.0.0.0", "example.org", false);
        check("::", "[2001:db8::1]:1515", true);
    }

    #[test]
    fn addresses_name_files() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(path_of(address).as_ref().map(OutputPath::as_str), expected, "{address}");
        };
        check("/", Some("index.html"));
        check("/factors/", Some("factors/index.html"));
        check("/factors/family-ties.html", Some("factors/family-ties.html"));
        check("/glossaire/%C3%A9tat.html", Some("glossaire/état.html"));
        for address in
            ["/../x", "/%2e%2e/x", "/a/%2E%2E%2Fx", "//x", "/a//b", "/%00", "/%FF", "/a%5C..%5Cx", "*", "/./x"]
        {
            check(address, None);
        }
    }

    #[test]
    fn types_are_those_that_browsers_want() {
        let check = |name: &str, expected: &str| assert_eq!(content_type(name), expected, "{name}");
        check("a/index.html", "text/html; charset=utf-8");
        check("site.css", "text/css; charset=utf-8");
        check("icon.svg", "image/svg+xml; charset=utf-8");
        check("site.json", "application/json");
        check("all.csl.json", "application/json");
        check("a.js", "text/javascript; charset=utf-8");
        check("a.wasm", "application/wasm");
        check("site.webmanifest", "application/manifest+json");
        check("_headers", "text/plain; charset=utf-8");
        check("a/b.pf_meta", "application/octet-stream");
    }
}

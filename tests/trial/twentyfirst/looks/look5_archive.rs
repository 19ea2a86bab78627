// Long names everywhere: of tasks, functions, types and values. One task panics, with a long message.
use std::collections::BTreeMap;
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

#[derive(Debug)]
#[allow(dead_code)]
enum RequestToTheArchiveOfHistoricalDocuments {
    LookUpADocumentByItsFullyQualifiedTitle {
        fully_qualified_title_of_the_document: String,
        answer: oneshot::Sender<Option<String>>,
    },
    DepositADocument(String, String),
}

async fn keep_the_archive_of_historical_documents_in_the_basement_of_the_town_hall(
    mut requests: mpsc::Receiver<RequestToTheArchiveOfHistoricalDocuments>,
) -> usize {
    use RequestToTheArchiveOfHistoricalDocuments as Request;
    let mut shelves = BTreeMap::new();
    while let Some(request) = requests.recv().await {
        match request {
            Request::DepositADocument(title, text) => {
                shelves.insert(title, text);
            }
            Request::LookUpADocumentByItsFullyQualifiedTitle {
                fully_qualified_title_of_the_document: title,
                answer,
            } => {
                sleep(Duration::from_millis(3)).await;
                let _ = answer.send(shelves.get(&title).cloned());
            }
        }
    }
    shelves.len()
}

async fn a_visitor_who_asks_for_one_document_after_another_until_one_is_missing(
    requests: mpsc::Sender<RequestToTheArchiveOfHistoricalDocuments>,
    titles: Vec<String>,
) -> usize {
    let mut letters = 0;
    for title in titles {
        let (answer, answered) = oneshot::channel();
        requests
            .send(RequestToTheArchiveOfHistoricalDocuments::LookUpADocumentByItsFullyQualifiedTitle {
                fully_qualified_title_of_the_document: title.clone(),
                answer,
            })
            .await
            .unwrap();
        let text = answered.await.unwrap().unwrap_or_else(|| {
            panic!(
                "the document with the fully qualified title {title:?} is not on any of the shelves in the \
                 basement of the town hall, although the catalogue of 1923, which was revised in 1957 and \
                 again in 1988, says in its appendix (page 4711) that it was deposited there"
            )
        });
        letters += text.len();
    }
    letters
}

async fn visiteuse_de_l_académie_française_équipée_d_une_très_grande_loupe(
    requests: mpsc::Sender<RequestToTheArchiveOfHistoricalDocuments>,
    titles: Vec<String>,
) -> usize {
    a_visitor_who_asks_for_one_document_after_another_until_one_is_missing(requests, titles).await
}

async fn 町役場の地下にある歴史文書館を訪れた研究者(
    requests: mpsc::Sender<RequestToTheArchiveOfHistoricalDocuments>,
    titles: Vec<String>,
) -> usize {
    a_visitor_who_asks_for_one_document_after_another_until_one_is_missing(requests, titles).await
}

fn titles(centuries: std::ops::Range<u32>) -> Vec<String> {
    centuries.map(|c| format!("Minutes of the council of the town, {c}00 to {c}99, volume the first")).collect()
}

#[kettle::main]
async fn main() {
    let (requests, asked) = mpsc::channel(2);
    let archive =
        kettle::spawn(keep_the_archive_of_historical_documents_in_the_basement_of_the_town_hall(asked));
    for title in titles(15..20) {
        requests
            .send(RequestToTheArchiveOfHistoricalDocuments::DepositADocument(title, "x".repeat(300)))
            .await
            .unwrap();
    }
    let visitors = [
        kettle::spawn(a_visitor_who_asks_for_one_document_after_another_until_one_is_missing(
            requests.clone(),
            titles(15..17),
        )),
        kettle::spawn(visiteuse_de_l_académie_française_équipée_d_une_très_grande_loupe(
            requests.clone(),
            titles(17..20),
        )),
        kettle::spawn(町役場の地下にある歴史文書館を訪れた研究者(requests.clone(), titles(19..21))),
    ];
    drop(requests);
    for visitor in visitors {
        match visitor.await {
            Ok(letters) => println!("{letters} letters read"),
            Err(error) => println!("{error}"),
        }
    }
    println!("{} documents", archive.await.unwrap());
}

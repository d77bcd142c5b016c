use crate::service::Rules;
use crate::{Refuse, head};
use http::Response;
use pin_project_lite::pin_project;
use session_http::{End, Ended, Ending, Finishing};
use std::fmt::{self, Debug, Formatter};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

pin_project! {
    /// The future of [`SessionService`](crate::SessionService).
    ///
    /// If it is dropped before it completes, it discards the changes of the request and releases
    /// its lock.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, B, D, R>
    where
        D: Default,
        D: Send,
        D: Sync,
        D: 'static,
    {
        // Declared before `end`, so that a drop writes back the section that the handler holds
        // first.
        #[pin]
        inner: F,
        end: Option<End<D>>,
        finishing: Option<(Finishing, Response<B>)>,
        rules: Arc<Rules<D, R>>,
    }
}

impl<F, B, D: Default + Send + Sync + 'static, R> ResponseFuture<F, B, D, R> {
    pub(crate) const fn new(inner: F, end: End<D>, rules: Arc<Rules<D, R>>) -> Self {
        Self { inner, end: Some(end), finishing: None, rules }
    }
}

impl<F, E, B, D, R> Future for ResponseFuture<F, B, D, R>
where
    F: Future<Output = Result<Response<B>, E>>,
    D: Default + Send + Sync + 'static,
    R: Refuse<B>,
{
    type Output = Result<Response<B>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let refuse = &this.rules.refuse;
        if this.finishing.is_none() {
            let answered = ready!(this.inner.poll(context));
            let end = this.end.take();
            let response = answered?;
            match end.map(|end| end.finish(response.status().as_u16())) {
                None => return Poll::Ready(Ok(response)),
                Some(Ending::Done(ended)) => {
                    return Poll::Ready(Ok(conclude(response, ended, refuse)));
                }
                Some(Ending::Wait(finishing)) => *this.finishing = Some((finishing, response)),
            }
        }
        let Some((finishing, _)) = this.finishing else { return Poll::Pending };
        let ended = ready!(Pin::new(finishing).poll(context));
        let Some((_, response)) = this.finishing.take() else { return Poll::Pending };
        Poll::Ready(Ok(conclude(response, ended, refuse)))
    }
}

/// The response with the headers of the session, or the failure that replaces it.
fn conclude<B>(response: Response<B>, ended: Ended, refuse: &impl Refuse<B>) -> Response<B> {
    let Ended { head, failure } = ended;
    let mut response = match failure {
        Some(failure) => refuse.refuse(&failure.into()),
        None => response,
    };
    head::add(&head, response.headers_mut());
    response
}

impl<F, B, D: Default + Send + Sync + 'static, R> Debug for ResponseFuture<F, B, D, R> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

/// Implements the driver traits for a wrapper of a `store`, every operation `through` its method.
///
/// That method is handed the operation and a function that calls the store, as often as it likes.
macro_rules! wraps {
    ($wrapper:ident) => {
        #[async_trait::async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<S: session_core::SessionStore> session_core::SessionStore for $wrapper<S> {
            fn capabilities(&self) -> session_core::Capabilities {
                self.store.capabilities()
            }

            async fn load(
                &self,
                key: &session_core::Key,
            ) -> session_core::Result<Option<session_core::Snapshot>> {
                self.through(session_core::Operation::Load, || self.store.load(key)).await
            }

            async fn create(
                &self,
                key: &session_core::Key,
                record: &session_core::Record,
                version: &session_core::Version,
            ) -> session_core::Result<()> {
                let create = || self.store.create(key, record, version);
                self.through(session_core::Operation::Create, create).await
            }

            async fn update(
                &self,
                key: &session_core::Key,
                change: &session_core::Change,
                expect: &session_core::Expect,
                version: &session_core::Version,
            ) -> session_core::Result<()> {
                let update = || self.store.update(key, change, expect, version);
                self.through(session_core::Operation::Update, update).await
            }

            async fn touch(
                &self,
                key: &session_core::Key,
                touch: &session_core::Touch,
                expect: &session_core::Expect,
            ) -> session_core::Result<()> {
                let touch = || self.store.touch(key, touch, expect);
                self.through(session_core::Operation::Touch, touch).await
            }

            async fn rotate(
                &self,
                old: &session_core::Key,
                new: &session_core::Key,
                rotation: &session_core::Rotation,
                expect: &session_core::Expect,
                version: &session_core::Version,
            ) -> session_core::Result<()> {
                let rotate = || self.store.rotate(old, new, rotation, expect, version);
                self.through(session_core::Operation::Rotate, rotate).await
            }

            async fn delete(
                &self,
                key: &session_core::Key,
                expect: &session_core::Expect,
            ) -> session_core::Result<session_core::Deletion> {
                let delete = || self.store.delete(key, expect);
                self.through(session_core::Operation::Delete, delete).await
            }
        }

        #[async_trait::async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<S: session_core::LockingStore> session_core::LockingStore for $wrapper<S> {
            async fn acquire(
                &self,
                key: &session_core::Key,
                token: &session_core::LockToken,
                lease: std::time::Duration,
            ) -> session_core::Result<session_core::Acquired> {
                let acquire = || self.store.acquire(key, token, lease);
                self.through(session_core::Operation::Acquire, acquire).await
            }

            async fn renew(
                &self,
                key: &session_core::Key,
                token: &session_core::LockToken,
                lease: std::time::Duration,
            ) -> session_core::Result<()> {
                let renew = || self.store.renew(key, token, lease);
                self.through(session_core::Operation::Renew, renew).await
            }

            async fn release(
                &self,
                key: &session_core::Key,
                token: &session_core::LockToken,
            ) -> session_core::Result<()> {
                let release = || self.store.release(key, token);
                self.through(session_core::Operation::Release, release).await
            }

            async fn released(&self, key: &session_core::Key) {
                self.store.released(key).await;
            }
        }

        #[async_trait::async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<S: session_core::CollectingStore> session_core::CollectingStore for $wrapper<S> {
            async fn sweep(
                &self,
                budget: &session_core::SweepBudget,
                from: Option<&session_core::Cursor>,
            ) -> session_core::Result<session_core::Sweep> {
                let sweep = || self.store.sweep(budget, from);
                self.through(session_core::Operation::Collect, sweep).await
            }
        }
    };
}

pub(crate) use wraps;

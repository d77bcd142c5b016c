/// Implements the driver traits for a wrapper of a `store`.
///
/// Every operation calls the wrapper's method `through`. That method gets the operation and a
/// function that calls the store, as often as it likes.
macro_rules! wraps {
    ($wrapper:ident) => {
        #[async_trait::async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<S: session_core::store::SessionStore> session_core::store::SessionStore
            for $wrapper<S>
        {
            fn capabilities(&self) -> session_core::store::Capabilities {
                self.store.capabilities()
            }

            async fn load(
                &self,
                key: &session_core::store::Key,
                freshness: session_core::store::Freshness,
            ) -> session_core::Result<Option<session_core::store::Snapshot>> {
                self.through(session_core::error::Operation::Load, || {
                    self.store.load(key, freshness)
                })
                .await
            }

            async fn create(
                &self,
                key: &session_core::store::Key,
                record: &session_core::store::Record,
                version: &session_core::store::Tag,
            ) -> session_core::Result<()> {
                let create = || self.store.create(key, record, version);
                self.through(session_core::error::Operation::Create, create).await
            }

            async fn update(
                &self,
                key: &session_core::store::Key,
                change: &session_core::store::Change,
                expect: &session_core::store::Expect,
                version: &session_core::store::Tag,
            ) -> session_core::Result<()> {
                let update = || self.store.update(key, change, expect, version);
                self.through(session_core::error::Operation::Update, update).await
            }

            async fn touch(
                &self,
                key: &session_core::store::Key,
                touch: &session_core::store::Touch,
                expect: &session_core::store::Expect,
            ) -> session_core::Result<()> {
                let touch = || self.store.touch(key, touch, expect);
                self.through(session_core::error::Operation::Touch, touch).await
            }

            async fn rotate(
                &self,
                old: &session_core::store::Key,
                new: &session_core::store::Key,
                rotation: &session_core::store::Rotation,
                expect: &session_core::store::Expect,
                version: &session_core::store::Tag,
            ) -> session_core::Result<()> {
                let rotate = || self.store.rotate(old, new, rotation, expect, version);
                self.through(session_core::error::Operation::Rotate, rotate).await
            }

            async fn delete(
                &self,
                key: &session_core::store::Key,
                expect: &session_core::store::Expect,
            ) -> session_core::Result<session_core::store::Deletion> {
                let delete = || self.store.delete(key, expect);
                self.through(session_core::error::Operation::Delete, delete).await
            }
        }

        #[async_trait::async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<S: session_core::store::LockingStore> session_core::store::LockingStore
            for $wrapper<S>
        {
            async fn acquire(
                &self,
                key: &session_core::store::Key,
                token: &session_core::store::LockToken,
                lease: std::time::Duration,
            ) -> session_core::Result<session_core::store::Acquired> {
                let acquire = || self.store.acquire(key, token, lease);
                self.through(session_core::error::Operation::Acquire, acquire).await
            }

            async fn renew(
                &self,
                key: &session_core::store::Key,
                token: &session_core::store::LockToken,
                lease: std::time::Duration,
            ) -> session_core::Result<session_core::time::Timestamp> {
                let renew = || self.store.renew(key, token, lease);
                self.through(session_core::error::Operation::Renew, renew).await
            }

            async fn release(
                &self,
                key: &session_core::store::Key,
                token: &session_core::store::LockToken,
            ) -> session_core::Result<()> {
                let release = || self.store.release(key, token);
                self.through(session_core::error::Operation::Release, release).await
            }

            async fn watch(
                &self,
                key: &session_core::store::Key,
            ) -> Option<Box<dyn session_core::store::Watch>> {
                self.store.watch(key).await
            }
        }

        #[async_trait::async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<S: session_core::store::CollectingStore> session_core::store::CollectingStore
            for $wrapper<S>
        {
            async fn sweep(
                &self,
                budget: &session_core::store::SweepBudget,
                from: Option<&session_core::store::Cursor>,
            ) -> session_core::Result<session_core::store::Sweep> {
                let sweep = || self.store.sweep(budget, from);
                self.through(session_core::error::Operation::Collect, sweep).await
            }
        }
    };
}

pub(crate) use wraps;

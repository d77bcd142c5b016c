//! The common part of all stores between a strategy and the store under it.

/// Forwards all operations to `self.store`, except those of locking.
macro_rules! forwards_sessions {
    ($wrapper:ty) => {
        #[async_trait::async_trait]
        impl session_core::store::SessionStore for $wrapper {
            fn capabilities(&self) -> session_core::store::Capabilities {
                self.store.capabilities()
            }

            async fn load(
                &self,
                key: &session_core::store::Key,
                freshness: session_core::store::Freshness,
            ) -> session_core::Result<Option<session_core::store::Snapshot>> {
                self.store.load(key, freshness).await
            }

            async fn create(
                &self,
                key: &session_core::store::Key,
                record: &session_core::store::Record,
                version: &session_core::store::Tag,
            ) -> session_core::Result<()> {
                self.store.create(key, record, version).await
            }

            async fn update(
                &self,
                key: &session_core::store::Key,
                change: &session_core::store::Change,
                expect: &session_core::store::Expect,
                version: &session_core::store::Tag,
            ) -> session_core::Result<()> {
                self.store.update(key, change, expect, version).await
            }

            async fn touch(
                &self,
                key: &session_core::store::Key,
                touch: &session_core::store::Touch,
                expect: &session_core::store::Expect,
            ) -> session_core::Result<()> {
                self.store.touch(key, touch, expect).await
            }

            async fn rotate(
                &self,
                old: &session_core::store::Key,
                new: &session_core::store::Key,
                rotation: &session_core::store::Rotation,
                expect: &session_core::store::Expect,
                version: &session_core::store::Tag,
            ) -> session_core::Result<()> {
                self.store.rotate(old, new, rotation, expect, version).await
            }

            async fn delete(
                &self,
                key: &session_core::store::Key,
                expect: &session_core::store::Expect,
            ) -> session_core::Result<session_core::store::Deletion> {
                self.store.delete(key, expect).await
            }
        }
    };
}

pub(crate) use forwards_sessions;

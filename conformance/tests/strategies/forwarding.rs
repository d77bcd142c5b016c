//! What every store does that stands between a strategy and the store under it.

/// Passes everything on to `self.store`, but for the operations of locking.
macro_rules! forwards_sessions {
    ($wrapper:ty) => {
        #[async_trait::async_trait]
        impl session_core::SessionStore for $wrapper {
            fn capabilities(&self) -> session_core::Capabilities {
                self.store.capabilities()
            }

            async fn load(
                &self,
                key: &session_core::Key,
            ) -> session_core::Result<Option<session_core::Snapshot>> {
                self.store.load(key).await
            }

            async fn create(
                &self,
                key: &session_core::Key,
                record: &session_core::Record,
                version: &session_core::Version,
            ) -> session_core::Result<()> {
                self.store.create(key, record, version).await
            }

            async fn update(
                &self,
                key: &session_core::Key,
                change: &session_core::Change,
                expect: &session_core::Expect,
                version: &session_core::Version,
            ) -> session_core::Result<()> {
                self.store.update(key, change, expect, version).await
            }

            async fn touch(
                &self,
                key: &session_core::Key,
                touch: &session_core::Touch,
                expect: &session_core::Expect,
            ) -> session_core::Result<()> {
                self.store.touch(key, touch, expect).await
            }

            async fn rotate(
                &self,
                old: &session_core::Key,
                new: &session_core::Key,
                rotation: &session_core::Rotation,
                expect: &session_core::Expect,
                version: &session_core::Version,
            ) -> session_core::Result<()> {
                self.store.rotate(old, new, rotation, expect, version).await
            }

            async fn delete(
                &self,
                key: &session_core::Key,
                expect: &session_core::Expect,
            ) -> session_core::Result<session_core::Deletion> {
                self.store.delete(key, expect).await
            }
        }
    };
}

pub(crate) use forwards_sessions;

//! The one way a driver touches a PCI card. VFIO implements it on the appliance, the chip model in
//! tests; driver and model share the register types and nothing else.

use std::time::Duration;

/// Byte and dword registers of one PCI function.
pub trait RegisterBus {
    /// Reads a byte register. A card that is gone reads 0xFF.
    fn read8(&mut self, offset: u16) -> u8;
    /// Writes a byte register.
    fn write8(&mut self, offset: u16, value: u8);
    /// Reads a dword register.
    fn read32(&mut self, offset: u16) -> u32;
    /// Writes a dword register.
    fn write32(&mut self, offset: u16, value: u32);
}

/// A PCI function with bus-master memory and an interrupt.
pub trait PciDevice: RegisterBus {
    /// Subsystem vendor id, which names the board.
    fn subsystem_vendor(&mut self) -> u16;
    /// The bus address of the coherent memory for DMA: below 4 GiB, dword aligned.
    fn dma_address(&mut self) -> u32;
    /// Copies out of that memory, from `offset` octets.
    fn dma_read(&mut self, offset: usize, octets: &mut [u8]);
    /// Copies into that memory, from `offset` octets.
    fn dma_write(&mut self, offset: usize, octets: &[u8]);
    /// Lets at least so much time pass: on the machine's clock, or on the world's virtual one.
    fn pause(&mut self, time: Duration);
    /// Waits for the interrupt, at most so long; whether it came.
    fn wait_interrupt(&mut self, at_most: Duration) -> bool;
}
